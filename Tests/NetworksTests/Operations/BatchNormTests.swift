import Testing

@testable import Networks

private func law(_ shape: Shape) throws -> GradientLaw {
  let channels: Shape = [shape.last]
  return try GradientLaw([shape, channels, channels]) { graph, nodes in
    let mean = graph.observation("mean", channels, startingAt: 0.25, momentum: 0.1)
    let variance = graph.observation("variance", channels, startingAt: 2, momentum: 0.1)
    return try graph.batchNorm(
      nodes[0], scale: nodes[1], shift: nodes[2], runningMean: mean, runningVariance: variance)
  }
}

@Test(arguments: [[3, 1], [2, 3, 2], [5, 8], [4, 3, 17], [2, 3, 40]] as [Shape])
func `Batch norm obeys the law`(_ shape: Shape) throws {
  try law(shape).check()
}

@Test func `Batch norm reports the mean and the unbiased variance`() throws {
  let (rows, channels) = (6, 11)
  let law = try law([2, 3, channels])
  let gradients = law.run().gradients
  for channel in 0..<channels {
    let x = (0..<rows).map { Double(law.values[0][$0 * channels + channel]) }
    let mean = x.reduce(0, +) / Double(rows)
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows - 1)
    #expect(abs(Double(gradients[3][channel]) - mean) < 1e-6)
    #expect(abs(Double(gradients[4][channel]) - variance) < 1e-6)
  }
}

@Test func `A batch norm that is used twice reports the sum`() throws {
  let channels = 3
  let law = try GradientLaw([[4, channels], [channels], [channels]]) { graph, nodes in
    let mean = graph.observation("mean", [channels], startingAt: 0, momentum: 0.1)
    let variance = graph.observation("variance", [channels], startingAt: 1, momentum: 0.1)
    let parts = try (0..<2).map { _ in
      try graph.batchNorm(
        nodes[0], scale: nodes[1], shift: nodes[2], runningMean: mean, runningVariance: variance)
    }
    return try graph.add(parts[0], parts[1])
  }
  law.check()
  let once = try report(law.values, channels)
  for (sum, one) in zip(law.run().gradients[3], once) { #expect(abs(sum - 2 * one) < 1e-6) }
}

private func report(_ values: [[Float]], _ channels: Int) throws -> [Float] {
  var single = try law([4, channels])
  single.values[0] = values[0]
  return single.run().gradients[3]
}

@Test func `Outside training the running values are used, nothing is reported, and gradients flow`() throws {
  let (rows, channels) = (5, 9)
  var law = try law([rows, channels])
  law.values[3] = (0..<channels).map { Float($0) * 0.1 - 0.3 }
  law.values[4] = (0..<channels).map { 0.5 + Float($0) * 0.2 }
  let (made, gradients) = law.run(training: false)
  let weights = GradientLaw.weights(rows * channels)
  for channel in 0..<channels {
    let root = (Double(law.values[4][channel]) + 1e-5).squareRoot()
    let (scale, shift) = (Double(law.values[1][channel]), Double(law.values[2][channel]))
    var (scaleSum, shiftSum) = (0.0, 0.0)
    for row in 0..<rows {
      let index = row * channels + channel
      let normal = (Double(law.values[0][index]) - Double(law.values[3][channel])) / root
      #expect(abs(Double(made[index]) - (normal * scale + shift)) < 1e-5)
      let slope = Double(weights[index])
      #expect(abs(Double(gradients[0][index]) - slope * scale / root) < 1e-5)
      scaleSum += slope * normal
      shiftSum += slope
    }
    #expect(abs(Double(gradients[1][channel]) - scaleSum) < 1e-5)
    #expect(abs(Double(gradients[2][channel]) - shiftSum) < 1e-5)
  }
  #expect(gradients[3].allSatisfy { $0 == 0 } && gradients[4].allSatisfy { $0 == 0 })
}

@Test func `A running mean of the wrong shape is refused with both shapes`() throws {
  #expect(
    throws: NetworkError.shape(
      path: "", problem: "a batch norm of [3, 4] needs a running mean of [4], not [3]")
  ) {
    var graph = Graph()
    let x = graph.parameter("x", [3, 4], .constant(0))
    let channel = graph.parameter("channel", [4], .constant(1))
    let mean = graph.observation("mean", [3], startingAt: 0, momentum: 0.1)
    _ = try graph.batchNorm(x, scale: channel, shift: channel, runningMean: mean, runningVariance: channel)
  }
}
