private import Tensors

/// Y = X · factor + summand, with two numbers that never change.
///
/// Backward: X' = Y' · factor.
struct Scale: Operation {
  let output: Shape
  let count: Int
  let factor: Float
  let summand: Float

  var name: String { "scale" }
  var backwardReads: BackwardReads { [] }

  func forward(_ frame: Frame) {
    let (factor, summand) = (Vector8(repeating: factor), Vector8(repeating: summand))
    Elements.map(frame.input(0), into: frame.output, count: count) { summand.addingProduct($0, factor) }
  }

  func backward(_ frame: Frame) {
    guard let x = frame.gradient(0) else { return }
    let factor = Vector8(repeating: factor)
    Elements.map(UnsafePointer(frame.outputGradient), into: x, count: count, adding: frame.adds(0)) {
      $0 * factor
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] { inputs[0].map { $0 * Double(factor) + Double(summand) } }
}

extension Graph {
  /// X · `factor` + `summand`, element by element.
  package mutating func scale(_ x: Node, by factor: Float, plus summand: Float = 0) -> Node {
    record(Scale(output: x.shape, count: x.shape.count, factor: factor, summand: summand), [x])
  }
}
