package import Artifacts

extension LinearMap {
  /// The map as operators of ONNX, in doubles as it is solved: `features` [N, L, F] to `forecast` [N, H, K].
  package func onnx(_ signature: Signature) -> ONNX.Graph {
    var file = ONNXBuilder()
    let (rows, columns) = (signature.lookback, signature.features.count)
    let features = file.input(
      "features", [.perSample(1), .fixed(rows), .fixed(columns)],
      note: "windows [N, L, F], oldest row first, in the units of the transforms")
    let x = file.cast(features, to: .double)
    var sum: ONNXBuilder.Value?
    for member in members {
      file.path = "linear.\(member.lookback)"
      let recent = file.slice(x, axis: 1, from: rows - member.lookback, count: member.lookback)
      let made =
        switch inputs {
        case .ownPast: ownPast(member, recent, signature, &file)
        case .allFeatures: allFeatures(member, recent, signature, &file)
        }
      sum = sum.map { file.add($0, made) } ?? made
    }
    guard var mean = sum else { preconditionFailure("a map has members") }
    if members.count > 1 { mean = file.multiply(mean, file.number(1 / Double(members.count))) }
    return file.finish(
      "linear", result: file.cast(mean, to: .float), called: "forecast", note: Network.Reading.point.meaning)
  }

  /// Each target's own past, [N, L, K], turned to rows [N, K, L] and back.
  private func ownPast(
    _ member: Member, _ recent: ONNXBuilder.Value, _ signature: Signature, _ file: inout ONNXBuilder
  ) -> ONNXBuilder.Value {
    let targets = file.gather(recent, signature.targetColumns, axis: 2)
    let past = file.transpose(targets, [0, 2, 1])
    let last = file.slice(past, axis: 2, from: member.lookback - 1, count: 1)
    let made = product(subtractsLast ? file.subtract(past, last) : past, member, &file)
    return file.transpose(subtractsLast ? file.add(made, last) : made, [0, 2, 1])
  }

  /// All features of all rows, as one row.
  private func allFeatures(
    _ member: Member, _ recent: ONNXBuilder.Value, _ signature: Signature, _ file: inout ONNXBuilder
  ) -> ONNXBuilder.Value {
    product(file.reshape(recent, [.perSample(1), .fixed(1), .fixed(member.inputs)]), member, &file)
  }

  private func product(
    _ x: ONNXBuilder.Value, _ member: Member, _ file: inout ONNXBuilder
  ) -> ONNXBuilder.Value {
    let name = "linear.\(member.lookback)"
    let weight = file.known(
      .doubles(member.weights), [member.inputs, outputs], named: name + ".weight")
    let bias = file.known(.doubles(member.biases), [outputs], named: name + ".bias")
    let made = file.product(x, weight, shape: x.shape.replacing(x.shape.count - 1, by: .fixed(outputs)))
    return file.add(made, bias)
  }
}
