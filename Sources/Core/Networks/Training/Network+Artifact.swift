package import Artifacts

extension Network {
  /// What a reader needs besides the arrays.
  package var blueprint: JSON {
    ["kind": "network", "blocks": blocks, "reading": .string(window.reading.rawValue)]
  }

  /// Writes one array a parameter, named by its path.
  package func write(to publication: Publication) throws(ArtifactError) {
    for array in arrays {
      try publication.write(array.name, array.values, shape: array.shape, axes: array.axes)
    }
  }

  /// Reads a network whose blueprint is among a model's facts.
  package init(reading artifact: Artifact, blueprint: JSON, signature: Signature) throws {
    guard let blocks = blueprint["blocks"],
      let reading = blueprint["reading"]?.string.flatMap(Network.Reading.init(rawValue:))
    else { throw ArtifactError.noFact(artifact: artifact.directory, name: "blueprint") }
    let window = WindowShape(signature, reading: reading)
    let (graph, _) = try Self.record(blocks, window, samples: 1)
    var values: [[Float]] = []
    for parameter in graph.parameters {
      values.append(try artifact.array(parameter.name, of: Float.self, shape: parameter.shape.axes).values)
    }
    try self.init(blocks: blocks, window: window, values: values)
  }
}

/// A parameter as it is written.
package struct ParameterArray: Sendable {
  package let name: String
  package let shape: [Int]
  package let values: [Float]

  /// Weights are [in, out]; other axes have no name of their own.
  fileprivate var axes: [String] {
    switch shape.count {
    case 2: ["in", "out"]
    case 1: ["out"]
    default: shape.indices.map { "axis\($0)" }
    }
  }
}
