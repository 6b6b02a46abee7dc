import Artifacts
import CAllocations
import GaussianProcesses
import Numerics
import Tensors
import Testing

@testable import Networks

/// Waves with noise, [S, L, F].
private func waves(samples: Int, rows: Int, features: Int) -> [Float] {
  let stream = RandomStream(seed: 5, purpose: "test.windows")
  return (0..<samples * rows * features).map { index in
    let row = Double(index / features % rows)
    let series = Double(index / (rows * features) * features + index % features)
    let wave = Elementary.sin(row / (3 + series))
    return Float(10 * series + wave + 0.2 * stream.normal(at: index))
  }
}

@Test(arguments: [
  (rows: 24, fitted: 24, horizon: 6, kernel: "scale * matern-5/2"),
  (rows: 30, fitted: 6, horizon: 5, kernel: "scale * matern-3/2"),
  (rows: 17, fitted: 9, horizon: 0, kernel: "scale * rbf + scale * matern-1/2"),
  (rows: 3, fitted: 3, horizon: 3, kernel: "scale * matern-5/2"),
])
func `A process on the fly is that of the dense matrix`(
  rows: Int, fitted: Int, horizon: Int, kernel: String
) throws {
  let kernel = try Kernel(kernel)
  var law = try GradientLaw([[2, rows, 3]]) { graph, nodes in
    try graph.processByAdam(
      nodes[0], columns: [0, 2], horizon: horizon, kernel: kernel, fitted: fitted, steps: 20)
  }
  law.values[0] = waves(samples: 2, rows: rows, features: 3)
  let (made, gradients) = law.run()
  let expected = law.reference(law.values.map { $0.map(Double.init) })
  try #require(made.count == expected.count && made.count == 2 * (rows + horizon) * 6)
  for (a, b) in zip(made, expected) { #expect(abs(Double(a) - b) < 1e-5 * max(1, abs(b))) }
  // The window is looked at, not learnt through.
  #expect(gradients[0].allSatisfy { $0 == 0 })
}

@Test func `Means lie between their ends, and uncertainty grows with the distance from the window`() throws {
  var law = try GradientLaw([[1, 40, 1]]) { try $0.processByAdam($1[0], columns: [0], horizon: 20) }
  law.values[0] = waves(samples: 1, rows: 40, features: 1)
  let made = law.run().result
  var widths: [Float] = []
  for row in 0..<60 {
    let (lower, mean, upper) = (made[3 * row], made[3 * row + 1], made[3 * row + 2])
    #expect(lower < mean && mean < upper)
    widths.append(upper - lower)
  }
  for row in 40..<59 { #expect(widths[row] <= widths[row + 1]) }
}

@Test func `A constant window is continued by its value`() throws {
  var law = try GradientLaw([[1, 8, 1]]) { try $0.processByAdam($1[0], columns: [0], horizon: 2) }
  law.values[0] = [Float](repeating: 3.5, count: 8)
  #expect(law.run().result == [Float](repeating: 3.5, count: 30))
}

@Test(arguments: [Float.nan, .infinity])
func `A window with what is no finite number is told as that, and not as a sure forecast`(value: Float) throws
{
  for place in [0, 5, 11] {
    var law = try GradientLaw([[1, 12, 1]]) {
      try $0.processByAdam($1[0], columns: [0], horizon: 2, fitted: 6, steps: 5)
    }
    law.values[0] = waves(samples: 1, rows: 12, features: 1)
    law.values[0][place] = value
    // The process looks at the last six rows.
    #expect(law.run().result.allSatisfy { $0.isFinite == (place < 6) })
  }
}

@Test func `A gap before the horizon is gone over`() throws {
  func run(horizon: Int, shift: Int) throws -> [Float] {
    // Two rows ahead of a gap of three span the time axis that five rows span.
    var law = try GradientLaw([[2, 12, 1]]) {
      try $0.processByAdam($1[0], columns: [0], horizon: horizon, shift: shift, steps: 10)
    }
    law.values[0] = waves(samples: 2, rows: 12, features: 1)
    let made = law.run().result
    let twin = law.reference(law.values.map { $0.map(Double.init) })
    for (a, b) in zip(made, twin) { #expect(abs(Double(a) - b) < 1e-5 * max(1, abs(b))) }
    return made
  }
  let (all, behind) = (try run(horizon: 5, shift: 0), try run(horizon: 2, shift: 3))
  try #require(all.count == 2 * 17 * 3 && behind.count == 2 * 14 * 3)
  for sample in 0..<2 {
    let (whole, cut) = (Array(all[(sample * 51)...].prefix(51)), Array(behind[(sample * 42)...].prefix(42)))
    #expect(Array(cut.prefix(36)) == Array(whole.prefix(36)))
    #expect(Array(cut.suffix(6)) == Array(whole.suffix(6)))
  }
}

@Test func `A window does not depend on the others of its batch`() throws {
  func run(_ values: [Float], samples: Int) throws -> [Float] {
    var law = try GradientLaw([[samples, 12, 1]]) {
      try $0.processByAdam($1[0], columns: [0], horizon: 3, steps: 10)
    }
    law.values[0] = values
    return law.run().result
  }
  let values = waves(samples: 3, rows: 12, features: 1)
  let together = try run(values, samples: 3)
  let alone = try run(Array(values[12..<24]), samples: 1)
  #expect(Array(together[45..<90]) == alone)
}

@Test func `A pass allocates nothing`() throws {
  var graph = Graph(samples: 2)
  let x = try graph.input(.features, [2, 32, 2])
  let made = try graph.processByAdam(x, columns: [0, 1], horizon: 8, fitted: 20, steps: 5)
  let plan = Plan(graph, result: made, loss: nil)
  let memory = ParameterMemory(plan, values: [])
  let lane = Lane(plan, parameters: memory.start)
  let values = waves(samples: 2, rows: 32, features: 2)
  try #require(lane.input(.features)).update(from: values, count: values.count)
  lane.forward()
  allocations_watch_thread(1)
  let before = allocations_count()
  lane.forward()
  let after = allocations_count()
  allocations_watch_thread(0)
  #expect(after == before)
  withExtendedLifetime(memory) {}
}

private let window = WindowShape(lookback: 12, horizon: 4, features: 3, targetColumns: [2, 0], entities: 1)

@Test(arguments: [("forecast", 4), ("past", 12), ("both", 16)])
func `The block gives rows of the window, of the horizon, or both`(part: String, rows: Int) throws {
  var graph = Graph(samples: 5)
  let x = try graph.input(.features, [5, 12, 3])
  let blocks = try BlockSequence(
    [["gp-forecast": ["gives": .string(part), "share": 0.5, "steps": 3]]], path: "")
  #expect(try blocks.record(x, in: &graph, window).shape == [5, rows, 6])
}

@Test(arguments: ["gp-forecast", "gp-features", "gp-encoder"])
func `Windows with a gap before the horizon give as many rows as others`(block: String) throws {
  var window = window
  window.shift = 2
  window.reading = .quantiles([0.1, 0.5, 0.9])
  let settings: [String: JSON] = block == "gp-features" ? ["lengths": 4, "noises": 2] : ["steps": 2]
  func shape() throws -> Shape {
    var graph = Graph(samples: 5)
    let x = try graph.input(.features, [5, 12, 3])
    return try BlockSequence([[block: .object(settings)]], path: "").record(x, in: &graph, window).shape
  }
  let shifted = try shape()
  window.shift = 0
  #expect(try shape() == shifted)
}

@Test func `A rate is the number that was written, not the nearest float`() throws {
  var settings = try BlockSettings(["rate": 0.1, "steps": 3], path: "here")
  #expect(try ProcessSettings(&settings).rate == 0.1)
  #expect(try ProcessSettings(&settings).share == 1)
}

@Test func `Targets that are all features in another order are refused, because nobody can tell them apart`()
  throws
{
  let window = WindowShape(lookback: 12, horizon: 4, features: 2, targetColumns: [1, 0], entities: 1)
  var graph = Graph(samples: 5)
  let x = try graph.input(.features, [5, 12, 2])
  #expect(throws: NetworkError.self) {
    try BlockSequence(["gp-forecast"], path: "").record(x, in: &graph, window)
  }
}

@Test func `Features may come from a process fitted by Adam`() throws {
  func record(_ settings: [String: JSON]) throws -> (shape: Shape, isByAdam: Bool) {
    var graph = Graph(samples: 5)
    let x = try graph.input(.features, [5, 12, 3])
    let made = try BlockSequence([["gp-features": .object(settings)]], path: "")
      .record(x, in: &graph, window)
    return (made.shape, graph.steps.contains { $0.operation is AdamProcessForecast })
  }
  #expect(try record([:]) == ([5, 16, 9], false))
  #expect(try record(["fit": "adam", "steps": 3, "kernel": "scale * rbf"]) == ([5, 16, 9], true))
  #expect(throws: NetworkError.self) { try record(["fit": "adam", "lengths": 4]) }
  #expect(throws: NetworkError.self) { try record(["kernel": "rbf"]) }
}

@Test func `A kernel that is none is refused with its block`() throws {
  #expect(
    throws: NetworkError.setting(
      path: "network.0.gp-forecast", name: "kernel",
      problem: """
        is no kernel: the kernel 'rfb' has no kernel 'rfb'; there are scale, rbf, matern-1/2, matern-3/2, matern-5/2
        """)
  ) {
    _ = try BlockSequence([["gp-forecast": ["kernel": "rfb"]]], path: "")
  }
}
