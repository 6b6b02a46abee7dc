extension Graph {
  /// A value in doubles, by the twins of the operations: slow, plain, and what tests believe.
  ///
  /// `inputs` holds what comes from outside.
  func reference(
    of node: Node, parameters: [[Double]], inputs: [Input: [Double]] = [:]
  ) -> [Double] {
    var made: [Int: [Double]] = [:]
    for (index, value) in values.enumerated() {
      switch value.source {
      case .parameter(let number): made[index] = parameters[number]
      case .constant(let number): made[index] = constants[number].map(Double.init)
      case .input(let input): made[index] = inputs[input] ?? []
      case .operation: break
      }
    }
    for step in steps {
      made[step.output] = step.operation.reference(step.inputs.map { made[$0] ?? [] })
    }
    return made[node.value] ?? []
  }
}
