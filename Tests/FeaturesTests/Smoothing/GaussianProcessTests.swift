import Artifacts
import Numerics
import Testing

@testable import Features

@Test func `Likelihood and posterior mean are scikit-learn's`() throws {
  for entry in try TransformReference.entries("processes") {
    func number(_ name: String) throws -> Double { try #require(entry[name]?.number) }
    let parameters = GaussianProcess.Parameters(
      mean: try number("mean"), variance: try number("variance"), lengthScale: try number("lengthScale"),
      noise: try number("noise"))
    let values = try TransformReference.numbers(entry["values"])
    let nu = try #require(entry["nu"]?.string)
    let kernel = try #require(MaternKernel(rawValue: nu))
    let process = GaussianProcess(values, kernel: kernel)
    let likelihood = try #require(process.likelihood(at: parameters)).value
    #expect(abs(likelihood / (try number("likelihood")) - 1) < 1e-9)
    let found = try #require(process.posteriorMean(at: -8..<values.count + 8, parameters))
    let wanted = try TransformReference.numbers(entry["posterior"])
    try #require(found.count == wanted.count)
    for (a, b) in zip(found, wanted) { #expect(abs(a - b) < 1e-8) }
  }
}

@Test(arguments: MaternKernel.allCases)
func `The gradient of the likelihood is that of finite differences`(kernel: MaternKernel) throws {
  let stream = RandomStream(seed: 6, purpose: "test.process")
  let process = GaussianProcess((0..<30).map { stream.normal(at: $0) }, kernel: kernel)
  let at = GaussianProcess.Parameters(mean: 0.2, variance: 0.8, lengthScale: 0.4, noise: 0.3)
  let gradient = try #require(process.likelihood(at: at)).gradient
  let paths: [WritableKeyPath<GaussianProcess.Parameters, Double>] = [
    \.mean, \.variance, \.lengthScale, \.noise,
  ]
  for path in paths {
    var (low, high) = (at, at)
    low[keyPath: path] -= 1e-5
    high[keyPath: path] += 1e-5
    let below = try #require(process.likelihood(at: low)).value
    let above = try #require(process.likelihood(at: high)).value
    let difference = (above - below) / 2e-5
    #expect(abs(gradient[keyPath: path] - difference) < 1e-6 * max(1, abs(difference)))
  }
}

@Test func `Each step of Adam is up the hill`() throws {
  let stream = RandomStream(seed: 7, purpose: "test.process")
  let values = (0..<60).map { Elementary.sin(Double($0) / 6) + 0.2 * stream.normal(at: $0) }
  let process = GaussianProcess(values, kernel: .twice)
  var last = -Double.infinity
  for steps in [0, 10, 50, 200] {
    let parameters = try #require(process.fitted(steps: steps, rate: 0.05))
    let likelihood = try #require(process.likelihood(at: parameters)).value
    #expect(likelihood > last)
    last = likelihood
  }
  // The deviation of the noise is found, about.
  let noise = try #require(process.fitted(steps: 400, rate: 0.05)).noise
  #expect(abs(noise.squareRoot() - 0.2) < 0.05)
}

@Test func `A noisy sine is nearer to the sine once it is smoothed, and goes on a little behind the end`()
  throws
{
  let stream = RandomStream(seed: 9, purpose: "test.process")
  let sine = (0..<116).map { 50 + 10 * Elementary.sin(Double($0) / 8) }
  let noisy = (0..<96).map { sine[$0] + 2 * stream.normal(at: $0) }
  func distance(_ values: some Sequence<Double>, _ from: ArraySlice<Double>) -> Double {
    zip(values, from).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
  let smoothed = try CatalogueSettings.filter("gp-smooth").filtered(noisy)
  #expect(distance(smoothed, sine[..<96]) < 0.4 * distance(noisy, sine[..<96]))
  let extended = try CatalogueSettings.filter("gp-extrapolate", ["steps": 100, "rate": 0.1]).filtered(noisy)
  let last = [Double](repeating: noisy[95], count: 5)
  #expect(distance(extended[115..<120], sine[96..<101]) < distance(last, sine[96..<101]))
}
