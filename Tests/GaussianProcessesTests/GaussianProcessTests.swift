import Artifacts
import Numerics
import Tensors
import Testing

@testable import GaussianProcesses

private func matrix(_ rows: [[Double]]) -> Matrix {
  Matrix(rows: rows.count, columns: rows.first?.count ?? 0, values: rows.flatMap { $0 })
}

private func process(_ entry: JSON, threads: Int = 1) throws -> GaussianProcess {
  let inputs = matrix(try ReferenceValues.rows(entry["inputs"]))
  let outputs =
    entry["outputs"]?.array?.first?.number != nil
    ? matrix(try ReferenceValues.numbers(entry["outputs"]).map { [$0] })
    : matrix(try ReferenceValues.rows(entry["outputs"]))
  let kernel = try Kernel(
    try #require(entry["kernel"]?.string), dimensions: inputs.columns,
    isPerDimension: entry["perDimension"]?.bool == true)
  return GaussianProcess(inputs: inputs, outputs: outputs, kernel: kernel, team: Team(threads: threads))
}

private func isNear(_ a: Double, _ b: Double, scale: Double = 0) -> Bool {
  abs(a - b) <= 1e-8 * max(abs(b), scale)
}

@Test func `Likelihood, gradient and prediction are scikit-learn's`() throws {
  for entry in try ReferenceValues.entries("processes", of: "gaussian-processes") {
    let process = try process(entry)
    let parameters = try ReferenceValues.numbers(entry["parameters"]) + [0]
    let found = try #require(process.likelihood(at: parameters))
    let name = Comment(rawValue: process.kernel.expression)
    #expect(isNear(found.value, try #require(entry["likelihood"]?.number)), name)
    let wanted = try ReferenceValues.numbers(entry["gradient"])
    let greatest = wanted.map(abs).max() ?? 0
    for (a, b) in zip(found.gradient, wanted) { #expect(isNear(a, b, scale: greatest), name) }
    #expect(found.jitter == 0)

    #expect(process.condition(on: parameters) == 0)
    let made = process.predict(at: matrix(try ReferenceValues.rows(entry["places"])))
    for (a, b) in zip(made.mean.values, try ReferenceValues.numbers(entry["mean"])) {
      #expect(isNear(a, b, scale: 1), name)
    }
    for (a, b) in zip(made.variance, try ReferenceValues.numbers(entry["variance"])) {
      #expect(isNear(a, b, scale: 1), name)
    }
  }
}

@Test func `Several outputs share a kernel and have means of their own, as PyTorch's autograd says`() throws {
  for entry in try ReferenceValues.entries("means", of: "gaussian-processes") {
    let process = try process(entry)
    let found = try #require(process.likelihood(at: try ReferenceValues.numbers(entry["parameters"])))
    #expect(isNear(found.value, try #require(entry["likelihood"]?.number)))
    let wanted = try ReferenceValues.numbers(entry["gradient"])
    try #require(found.gradient.count == wanted.count)
    let greatest = wanted.map(abs).max() ?? 0
    for (a, b) in zip(found.gradient, wanted) { #expect(isNear(a, b, scale: greatest)) }
  }
}

/// A function of `dimensions` places with noise.
private func sample(_ n: Int, dimensions: Int, threads: Int, kernel: String = "scale * matern-5/2") throws
  -> GaussianProcess
{
  let stream = RandomStream(seed: 3, purpose: "test.process")
  let inputs = Matrix(
    rows: n, columns: dimensions,
    values: (0..<n * dimensions).map { stream.uniform(at: $0, from: -1, to: 1) })
  let noise = RandomStream(seed: 4, purpose: "test.process")
  let outputs = (0..<n).map { row in
    Elementary.sin(2 * inputs.values[row * dimensions]) + 0.1 * noise.normal(at: row)
  }
  return GaussianProcess(
    inputs: inputs, outputs: Matrix(rows: n, columns: 1, values: outputs),
    kernel: try Kernel(kernel, dimensions: dimensions, isPerDimension: true), team: Team(threads: threads))
}

@Test(arguments: [1, 191, 192, 193, 500])
func `The gradient over several tiles is that of finite differences`(n: Int) throws {
  let process = try sample(n, dimensions: 2, threads: 1, kernel: "scale * rbf + scale * matern-3/2")
  let at = [0.2, -0.3, 0.4, -0.5, 0.1, 0.3, -2, 0.15]
  let gradient = try #require(process.likelihood(at: at)).gradient
  for index in at.indices {
    var (low, high) = (at, at)
    low[index] -= 1e-5
    high[index] += 1e-5
    let below = try #require(process.likelihood(at: low, wantsGradient: false)).value
    let above = try #require(process.likelihood(at: high, wantsGradient: false)).value
    let difference = (above - below) / 2e-5
    #expect(abs(gradient[index] - difference) < 1e-5 * max(1, abs(difference)))
  }
}

@Test func `The number of threads changes no bit`() throws {
  let at = [0.2, -0.3, 0.4, 0.1, -2, 0.15]
  var all: [[UInt64]] = []
  for threads in [1, 2, 4] {
    let process = try sample(650, dimensions: 3, threads: threads)
    let found = try #require(process.likelihood(at: at))
    _ = process.condition(on: at)
    let made = process.predict(at: Matrix(rows: 2, columns: 3, values: [0, 0, 0, 0.5, -0.5, 2]))
    let numbers = [found.value] + found.gradient + made.mean.values + made.variance
    all.append(numbers.map(\.bitPattern))
  }
  #expect(all[0] == all[1] && all[0] == all[2])
}

@Test(arguments: [Ascent.Method.quasiNewton, .adam(rate: 0.1)])
func `A fit finds the noise, and which dimension matters`(method: Ascent.Method) throws {
  let process = try sample(220, dimensions: 2, threads: 1)
  let start = [0, 0, 0, Elementary.log(0.5), 0]
  let first = try #require(process.likelihood(at: start)).value
  let fit = try process.fit(from: start, by: method, steps: 120)
  #expect(fit.likelihood > first + 100)
  #expect(abs(Elementary.exp(fit.parameters[3]).squareRoot() - 0.1) < 0.02)
  #expect(fit.parameters[2] > fit.parameters[1] + 1)
  #expect(fit.path.map(\.value).max() == fit.likelihood)
}

@Test func `L-BFGS ends where the gradient is zero`() throws {
  let process = try sample(150, dimensions: 1, threads: 1)
  let fit = try process.fit(from: [0, 0, 0, 0], by: .quasiNewton, steps: 100)
  #expect(fit.stop == .flat || fit.stop == .settled)
  let gradient = try #require(process.likelihood(at: fit.parameters)).gradient
  for slope in gradient { #expect(abs(slope) < 0.01) }
}

@Test func `Rows that repeat themselves with no noise are solved with a jitter that is told`() throws {
  let places = (0..<60).map { Double($0 % 20) / 20 }
  let process = GaussianProcess(
    inputs: Matrix(rows: 60, columns: 1, values: places),
    outputs: Matrix(rows: 60, columns: 1, values: places.map { Elementary.sin($0) }),
    kernel: Kernel(scaled: .rbf), team: Team(threads: 1))
  let at = [0, 0, Elementary.log(1e-300), 0]
  let found = try #require(process.likelihood(at: at))
  #expect(found.jitter > 0 && found.jitter < 1e-6)
  #expect(found.value.isFinite && found.gradient.allSatisfy { $0.isFinite })
  let again = try #require(process.condition(on: at))
  #expect(again == found.jitter)
  let made = process.predict(at: Matrix(rows: 1, columns: 1, values: [0.33]))
  #expect(abs(made.mean.values[0] - Elementary.sin(0.33)) < 1e-3)
}

@Test func `A place that is not finite is an error, not a crash`() throws {
  let process = GaussianProcess(
    inputs: Matrix(rows: 3, columns: 1, values: [0, .nan, 1]),
    outputs: Matrix(rows: 3, columns: 1, values: [0, 1, 2]), kernel: Kernel(scaled: .matern32),
    team: Team(threads: 1))
  #expect(throws: GaussianProcessError.indefinite(rows: 3, jitter: 1e-4)) {
    try process.fit(from: [0, 0, 0, 0], by: .quasiNewton, steps: 5)
  }
}

@Test func `Too many rows are refused with the arithmetic`() {
  let error = GaussianProcessError.memory(rows: 20_000, copies: 2, allowedBytes: 1 << 30)
  #expect(
    error.description == """
      an exact Gaussian process over 20000 rows needs 20000² · 8 bytes · 2 matrices = 6104 MiB, of 1024 MiB allowed; \
      set rows: 8192 or less, which takes the newest, or memory: 6104 if the machine has it
      """)
  #expect(error.exitStatus == .usage)
}
