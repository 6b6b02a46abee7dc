package import Artifacts

extension Network {
  /// What a reader needs besides the arrays.
  package var blueprint: JSON {
    var blueprint = window.reading.facts
    blueprint["kind"] = "network"
    blueprint["blocks"] = blocks
    if !unseenEntities.isEmpty { blueprint["unseenEntities"] = JSON(unseenEntities) }
    if draws != ForecastDraws() {
      blueprint["draws"] = [
        "count": draws.passes.map { JSON($0) } ?? .null, "seed": .integer(Int64(bitPattern: draws.seed)),
      ]
    }
    return .object(blueprint)
  }

  /// Writes one array a parameter, named by its path behind `prefix`.
  package func write(to publication: Publication, prefix: String = "") throws(ArtifactError) {
    for array in arrays {
      try publication.write(prefix + array.name, array.values, shape: array.shape, axes: array.axes)
    }
  }

  /// Reads a network whose blueprint is among a model's facts.
  package init(
    reading artifact: Artifact, blueprint: JSON, signature: Signature, prefix: String = ""
  ) throws {
    guard let blocks = blueprint["blocks"],
      let reading = Network.Reading(blueprint: blueprint)
    else { throw ArtifactError.noFact(artifact: artifact.directory, name: "blueprint") }
    let window = WindowShape(signature, reading: reading)
    let (graph, _) = try Self.record(blocks, window, samples: 1)
    var values: [[Float]] = []
    for parameter in graph.parameters {
      values.append(
        try artifact.array(prefix + parameter.name, of: Float.self, shape: parameter.shape.axes).values)
    }
    try self.init(blocks: blocks, window: window, values: values)
    unseenEntities = (blueprint["unseenEntities"]?.array ?? []).compactMap(\.integer)
    if let draws = blueprint["draws"] {
      let passes = draws["count"]?.integer
      guard passes ?? 2 >= 2, let seed = draws["seed"]?.integer
      else { throw ArtifactError.noFact(artifact: artifact.directory, name: "blueprint") }
      self.draws = ForecastDraws(passes: passes, seed: UInt64(bitPattern: Int64(seed)))
    }
  }

  /// The network in each epoch that its training kept, best first, with the number of the epoch.
  package func snapshots(reading artifact: Artifact) throws -> [(epoch: Int, network: Network)] {
    let epochs = try artifact.fact("kept") { $0.array?.compactMap { $0["epoch"]?.integer } }
    let offsets = try artifact.fact("checkpointOffsets") { $0.object?.compactMapValues(\.integer) }
    let stored = try artifact.array("checkpoints", of: Float.self, shape: [epochs.count, nil])
    let width = stored.shape[1]
    let own = arrays
    guard own.allSatisfy({ offsets[$0.name].map { $0 >= 0 } ?? false }),
      own.allSatisfy({ (offsets[$0.name] ?? 0) + $0.values.count <= width })
    else { throw ArtifactError.noFact(artifact: artifact.directory, name: "checkpointOffsets") }
    return epochs.enumerated().map { row, epoch in
      let values = own.map { array in
        let first = row * width + (offsets[array.name] ?? 0)
        return Array(stored.values[first..<(first + array.values.count)])
      }
      var network = self
      network.values = values
      return (epoch, network)
    }
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
