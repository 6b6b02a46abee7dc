import Evaluation
import Numerics
import Testing

/// Forecasts that are the truth and noise of their own, [M, n].
private func noisy(_ deviations: [Double], count: Int, shared: Double = 0) -> (
  forecasts: [[Double]], actual: [Double]
) {
  func stream(_ lane: Int) -> RandomStream { RandomStream(seed: 4, purpose: "noise", lane: lane) }
  let actual = (0..<count).map { stream(99).normal(at: $0) }
  let forecasts = deviations.enumerated().map { member, deviation in
    (0..<count).map {
      actual[$0] + deviation * stream(member).normal(at: $0) + shared * stream(98).normal(at: $0)
    }
  }
  return (forecasts, actual)
}

private func products(_ forecasts: [[Double]], _ actual: [Double], pattern: [Int] = [0], groups: Int = 1)
  -> ErrorProducts
{
  var products = ErrorProducts(members: forecasts.count, groups: groups)
  products.add(forecasts, against: actual, pattern: pattern)
  return products
}

/// The mean squared error of a weighted mean.
private func error(_ weights: [Double], _ forecasts: [[Double]], _ actual: [Double]) -> Double {
  actual.indices.reduce(0) { sum, index in
    let mean = weights.indices.reduce(0) { $0 + weights[$1] * forecasts[$1][index] }
    return sum + (mean - actual[index]) * (mean - actual[index])
  } / Double(actual.count)
}

@Test func `Independent errors are weighed by the inverse of their variances`() {
  let (forecasts, actual) = noisy([1, 2], count: 20_000)
  let weights = products(forecasts, actual).weights(shrinkage: 0, allowsNegative: true)
  #expect(abs(weights[0] - 0.8) < 0.01 && abs(weights.reduce(0, +) - 1) < 1e-12)
}

@Test(arguments: [1, 2, 3, 5], [false, true])
func `No other weights that sum to one do better`(_ count: Int, _ allowsNegative: Bool) {
  let (forecasts, actual) = noisy((0..<count).map { 0.3 + 0.2 * Double($0) }, count: 200, shared: 0.8)
  let weights = products(forecasts, actual).weights(shrinkage: 0, allowsNegative: allowsNegative)
  let best = error(weights, forecasts, actual)
  #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
  #expect(allowsNegative || weights.allSatisfy { $0 >= 0 })
  for from in 0..<count {
    for to in 0..<count where from != to {
      for step in [1e-3, 0.05, 0.3] where allowsNegative || weights[from] >= step {
        var others = weights
        others[from] -= step
        others[to] += step
        #expect(error(others, forecasts, actual) >= best)
      }
    }
  }
}

@Test func `A member that errs like another and more gets nothing, or less than that where it may`() {
  let (forecasts, actual) = noisy([0.1], count: 500, shared: 1)
  let worse = actual.indices.map { actual[$0] + 1.5 * (forecasts[0][$0] - actual[$0]) }
  let found = products([forecasts[0], worse], actual)
  #expect(found.weights(shrinkage: 0, allowsNegative: false) == [1, 0])
  #expect(found.weights(shrinkage: 0, allowsNegative: true)[1] < 0)
}

@Test func `Shrinkage pulls towards equal weights, and members that are the same share alike`() {
  let (forecasts, actual) = noisy([0.5, 1, 2], count: 300)
  let distances = [0, 0.1, 1, 10, 1000].map { shrinkage in
    products(forecasts, actual).weights(shrinkage: shrinkage, allowsNegative: false).reduce(0) {
      $0 + abs($1 - 1.0 / 3)
    }
  }
  #expect(zip(distances, distances.dropFirst()).allSatisfy { $0 > $1 } && distances[4] < 0.01)
  let same = products([forecasts[0], forecasts[0]], actual)
  for allowsNegative in [false, true] {
    let weights = same.weights(shrinkage: 0.1, allowsNegative: allowsNegative)
    #expect(abs(weights.reduce(0, +) - 1) < 1e-9 && weights.allSatisfy { $0 > -1e-6 })
  }
}

@Test func `Each group has weights of its own, and parts add up`() {
  let (forecasts, actual) = noisy([1, 2], count: 6000)
  // In the second group the members change places.
  let swapped = (0..<2).map { member in
    actual.indices.map { forecasts[$0 % 2 == 0 ? member : 1 - member][$0] }
  }
  let whole = products(swapped, actual, pattern: [0, 1], groups: 2)
  let weights = whole.weights(shrinkage: 0, allowsNegative: false)
  #expect(abs(weights[0] - 0.8) < 0.02 && abs(weights[1] - 0.2) < 0.02)
  var parts = products(
    swapped.map { Array($0[..<3000]) }, Array(actual[..<3000]), pattern: [0, 1], groups: 2)
  parts.add(
    products(swapped.map { Array($0[3000...]) }, Array(actual[3000...]), pattern: [0, 1], groups: 2))
  #expect(zip(parts.meanSquares, whole.meanSquares).allSatisfy { abs($0 - $1) < 1e-9 })
}

@Test func `The shrinkage is that which does best on spans that weights were not found on`() {
  // The better member changes from span to span: weights that were found on the others mislead.
  func spans(_ deviations: [[Double]]) -> [ErrorProducts] {
    deviations.enumerated().map { span, deviations in
      let (forecasts, actual) = noisy(deviations + [Double(span) / 100], count: 50)
      return products(Array(forecasts.prefix(2)), actual)
    }
  }
  func chosen(_ spans: [ErrorProducts]) -> Double {
    ErrorProducts.shrinkage(among: [0, 1, 1000], over: spans, allowsNegative: false).shrinkage
  }
  #expect(chosen(spans([[0.1, 2], [2, 0.1]])) == 1000)
  #expect(chosen(spans([[0.1, 2], [0.1, 2], [0.1, 2]])) == 0)
  #expect(ErrorProducts.shrinkage(among: [3], over: spans([[1, 1]]), allowsNegative: true).meanSquare == nil)
}
