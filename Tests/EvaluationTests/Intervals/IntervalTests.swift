import Evaluation
import Foundation
import Numerics
import Tensors
import Testing

private let stream = RandomStream(seed: 21, purpose: "intervals")

@Test func `Each interval has a lower and an upper probability`() {
  let probabilities = IntervalOffsets.probabilities(of: [0.8, 0.95])
  #expect(zip(probabilities, [0.025, 0.1, 0.9, 0.975]).allSatisfy { abs($0 - $1) < 1e-12 })
}

@Test(arguments: [false, true])
func `On exchangeable errors the intervals cover what they promise`(isRelative: Bool) {
  var calibration = IntervalCalibration(
    coverages: [0.8, 0.95], entities: 1, steps: 1, columns: 1, isRelative: isRelative)
  func pair(_ index: Int) -> (Panel, Panel) {
    let error = stream.normal(at: index)
    let actual = isRelative ? 100 * Foundation.exp(0.1 * error) : 100 + error
    return (
      Panel(windows: 1, steps: 1, columns: 1, values: [100]),
      Panel(windows: 1, steps: 1, columns: 1, values: [actual])
    )
  }
  for index in 0..<4000 {
    let (forecast, actual) = pair(index)
    calibration.add(forecast, against: actual, entities: [0])
  }
  let (offsets, pooled) = calibration.offsets()
  #expect(pooled.isEmpty)
  var hits = [0, 0]
  for index in 4000..<12_000 {
    let (forecast, actual) = pair(index)
    for (interval, hit) in offsets.hits(of: forecast, against: actual, entities: [0]).enumerated() {
      hits[interval] += hit
    }
  }
  // Outermost first; within about three standard errors.
  #expect(abs(Double(hits[0]) / 8000 - 0.95) < 0.015 && abs(Double(hits[1]) / 8000 - 0.8) < 0.025)
}

@Test func `Quantiles ascend and stay positive where errors are ratios`() {
  let offsets = IntervalOffsets(
    probabilities: [0.1, 0.9], offsets: [-3, 2, -0.1, 0.1], entities: 1, steps: 2, columns: 1,
    isRelative: true)
  let quantiles = offsets.quantiles(
    around: Panel(windows: 1, steps: 2, columns: 1, values: [10, 20]), entities: [0])
  #expect(
    quantiles.allSatisfy { $0 > 0 } && quantiles[0] < 10 && quantiles[1] > 10 && quantiles[2] < 20
      && quantiles[3] > 20)
}

@Test func `The quantile is the conformal one of the sorted errors`() {
  var calibration = IntervalCalibration(
    coverages: [0.8], entities: 1, steps: 1, columns: 1, isRelative: false)
  for value in (1...99).shuffled() {
    let forecast = Panel(windows: 1, steps: 1, columns: 1, values: [0])
    calibration.add(
      forecast, against: Panel(windows: 1, steps: 1, columns: 1, values: [Double(value)]), entities: [0])
  }
  // ⌊100 · 0.1⌋ = 10th and ⌈100 · 0.9⌉ = 90th of 99.
  #expect(calibration.offsets().offsets.offsets == [10, 90])
}

@Test func `An entity with too few windows takes those of all, and is named`() {
  var calibration = IntervalCalibration(
    coverages: [0.8], entities: 2, steps: 1, columns: 1, isRelative: false)
  for index in 0..<60 {
    let panel = Panel(windows: 1, steps: 1, columns: 1, values: [Double(index)])
    calibration.add(Panel(windows: 1, steps: 1, columns: 1), against: panel, entities: [index < 55 ? 0 : 1])
  }
  let (offsets, pooled) = calibration.offsets()
  #expect(pooled == [1])
  #expect(offsets.offsets[2...] != offsets.offsets[..<2])
}
