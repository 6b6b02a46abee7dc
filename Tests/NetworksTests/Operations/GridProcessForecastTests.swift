import GaussianProcesses
import Numerics
import Testing

@testable import Networks

/// What the operation and its twin make of windows.
private func run(
  _ values: [Float], _ shape: Shape, horizon: Int, _ kernel: Kernel.Form, shift: Int = 0
) throws -> (made: [Float], twin: [Double]) {
  var law = try GradientLaw([shape]) { graph, nodes in
    try graph.processByGrid(
      nodes[0], horizon: horizon, shift: shift, kernel: kernel, lengths: 6, noises: 4)
  }
  law.values = [values]
  return (law.run().result, law.reference(law.values.map { $0.map(Double.init) }))
}

private func season(_ count: Int, noise: Double) -> [Float] {
  let stream = RandomStream(seed: 2, purpose: "season")
  return (0..<count).map { Float(3 + Elementary.sin(Double($0) / 3) + noise * stream.normal(at: $0)) }
}

@Test(arguments: [Kernel.Form.matern12, .matern32, .matern52])
func `A Kalman filter says what the covariance matrix says`(_ kernel: Kernel.Form) throws {
  for (samples, past, columns, horizon, noise) in [(1, 2, 1, 1, 0.1), (2, 9, 2, 4, 0), (1, 24, 3, 7, 0.3)] {
    let shape: Shape = [samples, past, columns]
    let (made, twin) = try run(season(shape.count, noise: noise), shape, horizon: horizon, kernel)
    #expect(made.count == samples * (past + horizon) * 3 * columns && made.count == twin.count)
    for (index, value) in made.enumerated() {
      #expect(abs(Double(value) - twin[index]) < 1e-5, "\(index) of \(shape)")
    }
  }
}

@Test func `The process goes through what it saw, and back to its mean far ahead`() throws {
  let values = (0..<40).map { Float(Elementary.sin(Double($0) / 4)) }
  let (made, _) = try run(values, [1, 40, 1], horizon: 400, .matern52)
  for step in 0..<40 {
    #expect(abs(made[3 * step + 1] - values[step]) < 0.05)
    #expect(made[3 * step] < made[3 * step + 1] && made[3 * step + 1] < made[3 * step + 2])
  }
  let near = made[3 * 41 + 2] - made[3 * 41]
  let far = made[made.count - 1] - made[made.count - 3]
  #expect(far > 2 * near)
  #expect(abs(made[made.count - 2]) < 0.5)
}

@Test func `A constant is forecast as one`() throws {
  let (made, twin) = try run([Float](repeating: 7, count: 12), [1, 12, 1], horizon: 3, .matern32)
  #expect(made.allSatisfy { abs($0 - 7) < 1e-4 } && twin.allSatisfy { abs($0 - 7) < 1e-4 })
}

@Test func `No gradient goes through a process`() throws {
  let law = try GradientLaw([[2, 6, 2]]) { graph, nodes in
    try graph.processByGrid(nodes[0], horizon: 2, kernel: .matern12)
  }
  #expect(law.run().gradients == [[Float](repeating: 0, count: 24)])
}

@Test func `The gradient beside a process stays what it is`() throws {
  let law = try GradientLaw([[1, 4, 1]]) { graph, nodes in
    let bands = try graph.processByGrid(nodes[0], horizon: 1, kernel: .matern12)
    let flat = try graph.reshape(bands, [15])
    return try graph.concatenate([try graph.reshape(nodes[0], [4]), flat], axis: 0)
  }
  #expect(law.run(weights: [1, 2, 3, 4] + [Float](repeating: 5, count: 15)).gradients == [[1, 2, 3, 4]])
}

@Test func `A gap before the horizon is gone over by a grid too`() throws {
  let shape: Shape = [2, 9, 2]
  let values = season(shape.count, noise: 0.2)
  let all = try run(values, shape, horizon: 5, .matern52).made
  let (behind, twin) = try run(values, shape, horizon: 2, .matern52, shift: 3)
  try #require(all.count == 2 * 14 * 6 && behind.count == 2 * 11 * 6 && twin.count == behind.count)
  for (index, value) in behind.enumerated() { #expect(abs(Double(value) - twin[index]) < 1e-5) }
  for sample in 0..<2 {
    let (whole, cut) = (Array(all[(sample * 84)...].prefix(84)), Array(behind[(sample * 66)...].prefix(66)))
    #expect(
      Array(cut.prefix(54)) == Array(whole.prefix(54)) && Array(cut.suffix(12)) == Array(whole.suffix(12)))
  }
}

@Test func `A series with what is no number is told as that by a grid too`() throws {
  for place in [0, 7, 11] {
    var values = season(12, noise: 0.1)
    values[place] = .nan
    #expect(try run(values, [1, 12, 1], horizon: 3, .matern32).made.allSatisfy { $0.isNaN })
  }
}
