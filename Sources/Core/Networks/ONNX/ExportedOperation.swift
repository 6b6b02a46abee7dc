/// An operation that can be said in operators of ONNX, as forecasts compute it.
///
/// Every operation of a forecast conforms in one of the files `…+ONNX.swift` beside this one, and those of training
/// alone are ``TrainingOperation``s, those that no operators can say ``UnexportedOperation``s; a test demands one of the
/// three of each.
protocol ExportedOperation: Operation {
  /// Writes the operators, and gives their result in the shape that the step has.
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) throws(NetworkError) -> ONNXBuilder.Value
}

/// An operation that no forecast needs: a loss, or what only training and validation do.
protocol TrainingOperation: Operation {}

/// An operation of forecasts that operators of ONNX cannot say, so that networks with it are refused.
protocol UnexportedOperation: Operation {
  /// Why, as a sentence's end behind the operation's name.
  static var reason: String { get }
}

/// A step of a recorded graph on its way into a file.
struct ExportedStep {
  /// The operands in the shapes in which the block handed them on.
  let inputs: [ONNXBuilder.Value]
  let output: [AxisLength]
  /// The shapes of the operands as recorded, for two samples.
  let inputShapes: [Shape]
  let outputShape: Shape
  /// The operation, for messages.
  let name: String
  /// The block.
  let path: String

  func refuse(_ problem: String) -> NetworkError {
    .shape(path: path, problem: "cannot be written as ONNX: \(problem)")
  }

  /// An operand whose elements must be known, because its layout changes on the way.
  func floats(_ index: Int) throws(NetworkError) -> [Float] {
    guard let floats = inputs[index].floats else {
      throw refuse("operand \(index) of '\(name)' must be a parameter, and is computed")
    }
    return floats
  }

  /// The axis at which the shape of operand `index` and that of the result differ.
  func changedAxis(from index: Int = 0) throws(NetworkError) -> Int {
    let (from, to) = (inputShapes[index].axes, outputShape.axes)
    let changed = from.count == to.count ? from.indices.filter { from[$0] != to[$0] } : []
    guard changed.count == 1 else {
      throw refuse("'\(name)' makes \(outputShape) of \(inputShapes[index])")
    }
    return changed[0]
  }

  /// All axes but the innermost of operand `index` as one, and the innermost.
  func rows(of index: Int) throws(NetworkError) -> [AxisLength] {
    let shape = inputs[index].shape
    var rows = AxisLength.fixed(1)
    for length in shape.dropLast() {
      guard let joined = rows.joined(with: length) else {
        throw refuse("two axes of \(inputShapes[index]) count samples")
      }
      rows = joined
    }
    return [rows, shape.last ?? .fixed(1)]
  }
}
