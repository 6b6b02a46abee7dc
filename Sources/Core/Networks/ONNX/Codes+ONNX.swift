// Codes, and codes of times.

extension Embedding: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let rows = file.rows(ofCodes: step.inputs[0], among: codes)
    return file.apply("Gather", [step.inputs[1], rows], ["axis": .integer(0)], shape: step.output)
  }
}

extension OneHot: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let rows = file.rows(ofCodes: step.inputs[0], among: codes)
    let identity = (0..<(codes * codes)).map { $0 / codes == $0 % codes ? Float(1) : 0 }
    let table = file.known(.floats(identity), [codes, codes], named: "identity")
    return file.apply("Gather", [table, rows], ["axis": .integer(0)], shape: step.output)
  }
}

extension HideCodes: ExportedOperation {
  /// Nothing is hidden in forecasts.
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value { step.inputs[0] }
}

extension SpreadCodes: ExportedOperation {
  /// In doubles, as the operation takes them, so that what lies near a half falls on the same side; the operator
  /// rounds halves to the even number too.
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let x = file.cast(step.inputs[0], to: .double)
    let factor = file.number(100 * Double(scale))
    var codes: [ONNXBuilder.Value] = []
    for (first, end) in zip([0] + ends, ends) {
      var group = file.gather(x, Array(members[first..<end]), axis: 2)
      if !isGreatest {
        group = file.reshape(group, [step.output[0], .fixed(steps * (end - first)), .fixed(1)])
      }
      let distance = file.subtract(group, file.mean(group, axis: 1))
      let variance = file.mean(file.multiply(distance, distance), axis: 1)
      var deviation = file.map("Sqrt", variance)
      if isGreatest { deviation = file.greatest(deviation, axis: 2) }
      let rounded = file.map("Round", file.multiply(deviation, factor))
      let least = file.apply("Min", [rounded, file.number(Double(100))], shape: rounded.shape)
      codes.append(file.reshape(least, [step.output[0], .fixed(1)]))
    }
    let all = file.concatenate(codes, axis: 1, length: .fixed(ends.count))
    return file.cast(all, to: .float)
  }
}

extension ONNXBuilder {
  /// Codes as whole numbers; any outside 0 ..< `count` is the last, the unknown one.
  fileprivate mutating func rows(ofCodes codes: Value, among count: Int) -> Value {
    let isKnown = apply(
      "And",
      [
        apply("GreaterOrEqual", [codes, number(Float(0))], shape: codes.shape, as: .bool),
        apply("Less", [codes, number(Float(count))], shape: codes.shape, as: .bool),
      ], shape: codes.shape)
    let code = apply(
      "Where", [isKnown, codes, number(Float(count - 1))], shape: codes.shape, as: codes.type)
    return cast(code, to: .int64)
  }
}

extension TimeToVec: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let times = file.reshape(step.inputs[0], step.inputs[0].shape + [.fixed(1)])
    let trend = file.add(file.multiply(times, step.inputs[1]), file.reshape(step.inputs[2], [.fixed(1)]))
    let angles = file.add(
      file.multiply(times, step.inputs[3]), file.reshape(step.inputs[4], [.fixed(waves)]))
    return file.concatenate([trend, file.map("Sin", angles)], axis: 2, length: .fixed(waves + 1))
  }
}
