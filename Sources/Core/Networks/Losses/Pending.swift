extension Graph {
  func pending() -> NetworkError { refuse("pending") }
  mutating func symmetricMeanAbsolutePercentageError(_ a: Node, _ b: Node, batchElements: Int) throws(NetworkError) -> Node { throw pending() }
  mutating func meanAbsolutePercentageError(_ a: Node, _ b: Node, batchElements: Int) throws(NetworkError) -> Node { throw pending() }
  mutating func gaussianLikelihood(_ a: Node, _ b: Node, batchElements: Int) throws(NetworkError) -> Node { throw pending() }
  mutating func studentLikelihood(_ a: Node, _ b: Node, batchElements: Int) throws(NetworkError) -> Node { throw pending() }
  mutating func binaryCrossEntropy(_ a: Node, _ b: Node, batchElements: Int) throws(NetworkError) -> Node { throw pending() }
  mutating func categoricalCrossEntropy(_ a: Node, _ b: Node, batchElements: Int) throws(NetworkError) -> Node { throw pending() }
  mutating func directionLoss(_ a: Node, _ b: Node, last: Node, batchElements: Int) throws(NetworkError) -> Node { throw pending() }
  mutating func timeToVec(_ a: Node, linearWeight: Node, linearBias: Node, periodicWeights: Node, periodicBiases: Node) throws(NetworkError) -> Node { throw pending() }
}
