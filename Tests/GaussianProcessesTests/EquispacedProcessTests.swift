import Artifacts
import Numerics
import Tensors
import Testing

@testable import GaussianProcesses

private func kernel(nu: String) throws -> Kernel {
  let form: Kernel.Form = try #require(
    ["0.5": Kernel.Form.matern12, "1.5": .matern32, "2.5": .matern52][nu])
  return Kernel(scaled: form)
}

private func logarithms(_ values: Double...) -> [Double] { values.map { Elementary.log($0) } }

@Test func `Likelihood and posterior mean of a series are scikit-learn's`() throws {
  for entry in try ReferenceValues.entries("processes", of: "transforms") {
    func number(_ name: String) throws -> Double { try #require(entry[name]?.number) }
    let parameters =
      logarithms(try number("variance"), try number("lengthScale"), try number("noise")) + [
        try number("mean")
      ]
    let values = try ReferenceValues.numbers(entry["values"])
    let process = EquispacedProcess(
      try kernel(nu: #require(entry["nu"]?.string)), count: values.count,
      spacing: 2 / Double(values.count - 1), reach: 8)
    let likelihood = try #require(process.likelihood(of: values, at: parameters)).value
    #expect(abs(likelihood / (try number("likelihood")) - 1) < 1e-9)
    let before = try #require(process.continued(values.reversed(), by: 8, at: parameters))
    let within = try #require(process.smoothed(values, at: parameters))
    let behind = try #require(process.continued(values, by: 8, at: parameters))
    let found = before.mean.reversed() + within.mean + behind.mean
    let wanted = try ReferenceValues.numbers(entry["posterior"])
    try #require(found.count == wanted.count)
    for (a, b) in zip(found, wanted) { #expect(abs(a - b) < 1e-8) }
  }
}

/// What the recursions give is what the dense matrix gives.
@Test(
  arguments: [
    "scale * matern-1/2", "scale * matern-3/2", "scale * matern-5/2", "scale * rbf",
    "scale * (rbf + matern-3/2) * matern-1/2 + scale * matern-5/2",
  ], [1, 2, 3, 9, 64, 97])
func `A series of equal steps is a Gaussian process over one dimension`(expression: String, n: Int) throws {
  let stream = RandomStream(seed: 6, purpose: "test.process")
  let values = (0..<n).map { Elementary.sin(Double($0) / 5) + 0.3 * stream.normal(at: $0) }
  let process = EquispacedProcess(try Kernel(expression), count: n, spacing: 0.13, reach: 12)
  let parameters =
    (0..<process.kernel.parameterCount).map { 0.3 - 0.25 * Double($0) } + [Elementary.log(0.04), 0.2]
  let dense = GaussianProcess(
    inputs: Matrix(rows: n, columns: 1, values: (0..<n).map { 0.13 * Double($0) }),
    outputs: Matrix(rows: n, columns: 1, values: values), kernel: try Kernel(expression),
    team: Team(threads: 1))
  let wanted = try #require(dense.likelihood(at: parameters))
  let found = try #require(process.likelihood(of: values, at: parameters))
  #expect(abs(found.value - wanted.value) < 1e-9 * max(1, abs(wanted.value)))
  for (a, b) in zip(found.gradient, wanted.gradient) { #expect(abs(a - b) < 1e-8 * max(1, abs(b))) }

  let jitter = try #require(dense.condition(on: parameters))
  #expect(jitter == 0)
  let places = (-12..<n + 12).map { 0.13 * Double($0) }
  let exact = dense.predict(at: Matrix(rows: n + 24, columns: 1, values: places))
  let before = try #require(process.continued(values.reversed(), by: 12, at: parameters))
  let within = try #require(process.smoothed(values, at: parameters))
  let behind = try #require(process.continued(values, by: 12, at: parameters))
  let mean = before.mean.reversed() + within.mean + behind.mean
  let variance = before.variance.reversed() + within.variance + behind.variance
  for index in 0..<n + 24 {
    #expect(abs(mean[index] - exact.mean.values[index]) < 1e-9)
    #expect(abs(variance[index] - exact.variance[index]) < 1e-9)
  }
}

@Test(arguments: Kernel.Form.allCases)
func `The gradient of a series' likelihood is that of finite differences`(form: Kernel.Form) throws {
  let stream = RandomStream(seed: 6, purpose: "test.process")
  let values = (0..<30).map { stream.normal(at: $0) }
  let process = EquispacedProcess(Kernel(scaled: form), count: 30, spacing: 2.0 / 29)
  let at = logarithms(0.8, 0.4, 0.3) + [0.2]
  let gradient = try #require(process.likelihood(of: values, at: at)).gradient
  for index in at.indices {
    var (low, high) = (at, at)
    low[index] -= 1e-5
    high[index] += 1e-5
    let below = try #require(process.likelihood(of: values, at: low)).value
    let above = try #require(process.likelihood(of: values, at: high)).value
    let difference = (above - below) / 2e-5
    #expect(abs(gradient[index] - difference) < 1e-6 * max(1, abs(difference)))
  }
}

@Test func `Each step of Adam is up the hill`() throws {
  let stream = RandomStream(seed: 7, purpose: "test.process")
  let values = (0..<60).map { Elementary.sin(Double($0) / 6) + 0.2 * stream.normal(at: $0) }
  let process = EquispacedProcess(Kernel(scaled: .matern52), count: 60, spacing: 2.0 / 59)
  var last = -Double.infinity
  for steps in [0, 10, 50, 200] {
    let parameters = try #require(process.fitted(values, steps: steps, rate: 0.05))
    let likelihood = try #require(process.likelihood(of: values, at: parameters)).value
    #expect(likelihood > last)
    last = likelihood
  }
  // The deviation of the noise is found, about.
  let noise = Elementary.exp(try #require(process.fitted(values, steps: 400, rate: 0.05))[2])
  #expect(abs(noise.squareRoot() - 0.2) < 0.05)
}

@Test func `Adam on a series starts at ln 2 everywhere, as GPyTorch does`() throws {
  let process = EquispacedProcess(Kernel(scaled: .matern52), count: 4, spacing: 0.5)
  let found = try #require(process.fitted([1, 2, 0, 1], steps: 0, rate: 0.1))
  let ln2 = Elementary.log(2)
  let wanted = logarithms(ln2, ln2, ln2 + 1e-4) + [0]
  for (a, b) in zip(found, wanted) { #expect(abs(a - b) < 1e-12) }
}

@Test func `Numbers that are not finite are told by a fit that failed`() {
  let process = EquispacedProcess(Kernel(scaled: .matern52), count: 4, spacing: 0.5)
  #expect(process.fitted([1, .nan, 0, 1], steps: 3, rate: 0.1) == nil)
}

@Test func `A series whose matrix is nearly singular is solved with a jitter that is told`() throws {
  let values = (0..<50).map { Elementary.sin(Double($0) / 20) }
  let process = EquispacedProcess(Kernel(scaled: .rbf), count: 50, spacing: 0.02, reach: 5)
  let at = [0, 0, Elementary.log(1e-300), 0]
  let found = try #require(process.likelihood(of: values, at: at))
  #expect(found.jitter > 0 && found.jitter < 1e-6)
  #expect(found.value.isFinite && found.gradient.allSatisfy { $0.isFinite })
  let within = try #require(process.smoothed(values, at: at))
  let behind = try #require(process.continued(values, by: 5, at: at))
  #expect(within.jitter == found.jitter && behind.jitter >= found.jitter && behind.jitter < 1e-6)
  for (a, b) in zip(within.mean, values) { #expect(abs(a - b) < 1e-3) }
  for (step, mean) in behind.mean.enumerated() {
    #expect(abs(mean - Elementary.sin(Double(50 + step) / 20)) < 0.02)
  }
  #expect((within.variance + behind.variance).allSatisfy { $0 >= 0 && $0 < 1e-3 })
}
