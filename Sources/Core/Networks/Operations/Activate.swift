private import Tensors

/// Y = f(X), element by element: for an activation that does not stand behind a linear layer, which has its own.
///
/// Backward: X' = Y' f'(X), from the result where it tells the derivative, from what was kept where it does not.
struct Activate: Operation {
  let output: Shape
  let count: Int
  let activation: Activation

  var name: String { "activation" }
  var backwardReads: BackwardReads { activation.isDeterminedByOutput ? .output : [] }
  var savedCount: Int { activation.isDeterminedByOutput ? 0 : count }

  func forward(_ frame: Frame) {
    Elements.copy(frame.input(0), into: frame.output, count: count)
    activation.apply(to: frame.output, keeping: frame.saved, count: count)
  }

  func backward(_ frame: Frame) {
    guard let x = frame.gradient(0) else { return }
    let known = activation.isDeterminedByOutput ? UnsafePointer(frame.output) : UnsafePointer(frame.saved)
    activation.chain(known, frame.outputGradient, count: count)
    Elements.copy(UnsafePointer(frame.outputGradient), into: x, count: count, adding: frame.adds(0))
  }

  func reference(_ inputs: [[Double]]) -> [Double] { inputs[0].map(activation.reference) }
}

extension Graph {
  /// The activation of every element; that which changes nothing records nothing.
  package mutating func activate(_ x: Node, by activation: Activation) -> Node {
    guard activation != .identity else { return x }
    return record(Activate(output: x.shape, count: x.shape.count, activation: activation), [x])
  }
}
