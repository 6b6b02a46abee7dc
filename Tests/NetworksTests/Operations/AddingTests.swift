import Testing

@testable import Networks

extension GradientLaw {
  /// Judges that a second slice of a batch adds its gradients to those of the first.
  func checkAdding(sourceLocation: SourceLocation = #_sourceLocation) {
    var probed = graph
    let loss = probed.record(Probe(weights: Self.weights(result.shape.count)), [result])
    let plan = Plan(probed, result: result, loss: loss)
    let parameters = UnsafeMutablePointer<Float>.allocate(capacity: plan.parameterBufferCount)
    defer { parameters.deallocate() }
    for (offset, elements) in zip(plan.parameterOffsets, values) {
      (parameters + offset).update(from: elements, count: elements.count)
    }
    let lane = Lane(plan, parameters: parameters)
    func pass() -> [[Float]] {
      lane.forward()
      lane.backward()
      return zip(plan.parameterOffsets, values).map {
        Array(UnsafeBufferPointer(start: lane.gradients + $0, count: $1.count))
      }
    }
    let once = pass()
    // What lies there from earlier batches is gone.
    #expect(pass() == once, sourceLocation: sourceLocation)
    lane.moment.pointee.addsToParameters = true
    for (twice, once) in zip(pass().joined(), once.joined()) {
      #expect(abs(twice - 2 * once) <= 1e-5 * max(1, abs(once)), sourceLocation: sourceLocation)
    }
    #expect(once.joined().contains { $0 != 0 }, sourceLocation: sourceLocation)
  }
}

@Test func `Normalisations and averages add to the gradients of earlier slices`() throws {
  let x: Shape = [2, 9, 3]
  for center in InstanceCenter.allCases {
    try GradientLaw([x, [3], [3]]) { graph, nodes in
      try graph.instanceNorm(nodes[0], scale: nodes[1], shift: nodes[2], center: center).normalized
    }.checkAdding()
  }
  try GradientLaw([x, [2, 2, 4], [4], [4]], from: 0.5, to: 2) { graph, nodes in
    try graph.denormalize(
      nodes[0], statistics: nodes[1], columns: [3, 0, 3], scale: nodes[2], shift: nodes[3])
  }.checkAdding()
  try GradientLaw([x]) { graph, nodes in try graph.subtractLast(nodes[0]) }.checkAdding()
  try GradientLaw([x, [2, 4, 5]]) { graph, nodes in
    try graph.addLast(nodes[0], nodes[1], columns: [4, 4, 1])
  }.checkAdding()
  try GradientLaw([x]) { graph, nodes in try graph.movingAverage(nodes[0], width: 5) }.checkAdding()
  try GradientLaw([[2, 3], [3, 1], [1], [3, 11], [11]]) { graph, nodes in
    try graph.timeToVec(
      nodes[0], linearWeight: nodes[1], linearBias: nodes[2], periodicWeights: nodes[3],
      periodicBiases: nodes[4])
  }.checkAdding()
  try GradientLaw([[4, 7]]) { graph, nodes in try graph.fourier(nodes[0]) }.checkAdding()
}

@Test func `Losses add to the gradients of earlier slices`() throws {
  let shape: Shape = [2, 5, 2]
  func check(_ each: Int = 1, _ record: (inout Graph, Node, Node) throws -> Node) throws {
    try GradientLaw([each == 1 ? shape : [2, 5, 2, each], shape], from: 0.1, to: 1) { graph, nodes in
      try record(&graph, nodes[0], nodes[1])
    }.checkAdding()
  }
  try check { try $0.meanSquaredError($1, $2, batchElements: 20) }
  try check { try $0.meanAbsoluteError($1, $2, batchElements: 20) }
  try check { try $0.huber($1, $2, delta: 0.2, batchElements: 20) }
  try check(2) { try $0.quantileLoss($1, $2, quantiles: [0.2, 0.7], batchElements: 20) }
  try check { try $0.meanAbsolutePercentageError($1, $2, batchElements: 20) }
  try check { try $0.symmetricMeanAbsolutePercentageError($1, $2, batchElements: 20) }
  try check { try $0.meanAbsoluteScaledError($1, $2, history: $2, season: 1, batchElements: 20) }
  try check(2) { try $0.gaussianLikelihood($1, $2, batchElements: 20) }
  try check(3) { try $0.studentLikelihood($1, $2, batchElements: 20) }
  try check { try $0.binaryCrossEntropy($1, $2, batchElements: 20) }
  try check { try $0.directionLoss($1, $2, batchElements: 20) }
  try check { try $0.smoothAbsolute($1, $2, beta: 0.3, batchElements: 20) }
  try check { graph, f, y in
    try graph.wrongSideLoss(
      f, y, last: graph.constant([0.4, 0.7, 0.5, 0.6], [2, 2]), beta: 0.2, batchElements: 20)
  }
  try check { try $0.compoundingError($1, $2, rate: 1.2, batchElements: 20) }
  try check { try $0.timeCentredError($1, $2, level: 0.3, batchElements: 20) }
  try check { try $0.shiftLoss($1, $2, shifts: 2, decay: 0.5, batchElements: 20) }
  try check { try $0.autocorrelationLoss($1, $2, lags: 2, batchElements: 20) }
  try check { try $0.dilate($1, $2, batchElements: 20) }
  for comparison in GridTarget.Comparison.allCases {
    try check(2) { try $0.gridLoss($1, $2, edges: [0, 0.5, 1], by: comparison, batchElements: 20) }
  }
  try GradientLaw([[2, 5, 2, 3]]) { graph, nodes in
    let target = graph.constant([Float](repeating: 1, count: 20), shape)
    return try graph.categoricalCrossEntropy(nodes[0], target, batchElements: 20)
  }.checkAdding()
}
