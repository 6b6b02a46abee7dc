import Artifacts
import Numerics
import Testing

@testable import Features

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
