package import Artifacts
private import Evaluation
private import Features
package import Networks

extension FittedModel {
  /// The model as an ONNX file: what it computes between the transforms, and, as metadata, what its numbers mean.
  package func onnx() throws -> ONNX.Model {
    let graph =
      switch forecaster.model {
      case .network(let network): try network.onnx()
      case .linear(let map): map.onnx(signature)
      case .baseline(let baseline): try baseline.onnx(signature)
      case .ensemble:
        throw ExportError.unsuitable(
          model: name, reason: "it is several models, each with a file of its own; export them one by one")
      case .process, .regression:
        throw ExportError.unsuitable(
          model: name,
          reason:
            "it asks all its training windows for every forecast, in doubles, which no network's file does")
      }
    return ONNX.Model(
      graph: graph, producer: "candlewick",
      note: """
        \(name): forecasts \(signature.targets.joined(separator: ", ")) \(signature.horizon) steps ahead of windows of \
        \(signature.lookback) rows. \(scope) See the metadata.
        """, properties: properties)
  }

  /// What lies outside of the file.
  private var scope: String {
    if case .baseline = forecaster.model {
      return "Levels go in and come out in original units."
    }
    return """
      Transforms are no part of it: features go in, and forecasts come out, in the units behind the transforms of the \
      model artifact.
      """
  }

  private var properties: [ONNX.Property] {
    var properties = [
      ONNX.Property("model", name),
      ONNX.Property("signature", Digest(of: signature.json.canonical).hex),
      ONNX.Property("features", JSON(signature.features).canonical),
      ONNX.Property("targets", JSON(signature.targets).canonical),
      ONNX.Property("units", JSON(units).canonical),
      ONNX.Property("entities", JSON(signature.entities).canonical),
      ONNX.Property("lookback", String(signature.lookback)),
      ONNX.Property("horizon", String(signature.horizon)),
      ONNX.Property("labelStart", String(signature.labelStart)),
      ONNX.Property("reading", reading.name),
      ONNX.Property("output", reading.meaning),
      ONNX.Property("scope", scope),
    ]
    if signature.hasLabels {
      properties.append(
        ONNX.Property("classes", JSON.array(signature.classes.map { JSON($0) }).canonical))
    }
    if case .network(let network) = forecaster.model, !network.unseenEntities.isEmpty {
      let names = network.unseenEntities.map { signature.entities[$0] }
      properties.append(ONNX.Property("unseenEntities", JSON(names).canonical))
    }
    let window = forecaster.recipe.declaration["window"] ?? .null
    if window != .null, !forecaster.readsPlainWindows {
      properties.append(ONNX.Property("window", window.canonical))
    }
    return properties
  }

  /// How a forecast is read from the output.
  private var reading: Network.Reading {
    if case .network(let network) = forecaster.model { network.window.reading } else { .point }
  }
}

extension Baseline {
  /// A baseline as operators of ONNX: `levels` [N, L, K] of the targets to `forecast` [N, H, K], in original units.
  fileprivate func onnx(_ signature: Signature) throws(ExportError) -> ONNX.Graph {
    guard !signature.hasLabels else {
      throw .unsuitable(
        model: "baseline/" + name,
        reason: "what it says of labels does not depend on the window; export a trained model")
    }
    var file = ONNXBuilder()
    let (rows, steps) = (signature.lookback, signature.horizon)
    let levels = file.input(
      "levels", [.perSample(1), .fixed(rows), .fixed(signature.targets.count)],
      note: "the targets of windows [N, L, K], oldest row first, in original units")
    let last = file.slice(levels, axis: 1, from: rows - 1, count: 1)
    /// One row for every step.
    func spread(_ row: ONNXBuilder.Value, _ file: inout ONNXBuilder) -> ONNXBuilder.Value {
      file.gather(row, [Int](repeating: 0, count: steps), axis: 1)
    }
    let forecast: ONNXBuilder.Value
    let shift = signature.labelStart - 1
    switch self {
    case .repeat: forecast = spread(last, &file)
    case .mean: forecast = spread(file.mean(levels, axis: 1), &file)
    case .seasonalRepeat(let season):
      let places = (0..<steps).map { rows - season + ($0 + shift) % season }
      forecast = file.gather(levels, places, axis: 1)
    case .drift:
      let first = file.slice(levels, axis: 1, from: 0, count: 1)
      let slope = file.multiply(file.subtract(last, first), file.number(1 / Float(rows - 1)))
      let times = file.known(.floats((1...steps).map { Float($0 + shift) }), [1, steps, 1])
      forecast = file.add(last, file.multiply(slope, times))
    }
    return file.finish("baseline", result: forecast, called: "forecast", note: Network.Reading.point.meaning)
  }
}

/// Why a model cannot be written for other runtimes.
package enum ExportError: Failure, Equatable {
  /// A kind of model that the format has no words for.
  case unsuitable(model: String, reason: String)

  package var exitStatus: ExitStatus { .usage }

  package var description: String {
    switch self {
    case .unsuitable(let model, let reason): "'\(model)' cannot be written as ONNX: \(reason)"
    }
  }
}
