import Artifacts
import Chronology
import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// What scripts/reference/ridge.py computed with NumPy.
private struct Reference: Decodable {
  struct Fit: Decodable {
    let lookback: Int
    let penalty: Double
    let subtractLast: Bool
    let weight: [[Double]]
    let bias: [Double]
    let trainError: Double
    let validationError: Double
  }

  let table: [[Double]]
  let origins: [String: [Int]]
  let fits: [Fit]

  static let shared: Reference = {
    let path = Programs.repository + "/Tests/Reference/ridge.json"
    guard let data = FileManager.default.contents(atPath: path),
      let reference = try? JSONDecoder().decode(Reference.self, from: data)
    else {
      preconditionFailure("\(path) cannot be read; make it with scripts/reference/ridge.py")
    }
    return reference
  }()

  var windows: WindowTable {
    let signature = Signature(
      entities: ["A"], features: ["x", "y"], targets: ["x", "y"], lookback: 6, horizon: 3,
      interval: .milliseconds(3_600_000), calendar: .continuous)
    let flat = table.flatMap { $0 }
    var splits: [Split: Origins] = [:]
    for split in Split.allCases { splits[split] = Origins(origins[split.rawValue] ?? []) }
    return WindowTable(
      signature: signature, levels: StoredArray(flat), features: StoredArray(flat.map { Float($0) }),
      targets: StoredArray(flat.map { Float($0) }), time: StoredArray(table.indices.map { Int64($0) }),
      offsets: [0, table.count], origins: splits)
  }
}

@Test func `Weights, intercept and errors are NumPy's`() throws {
  for fit in Reference.shared.fits {
    let regression = RidgeRegression(
      lookbacks: [fit.lookback], penalties: [fit.penalty], subtractsLast: fit.subtractLast)
    let (map, trials) = try regression.fit(to: Reference.shared.windows, threads: 1)
    #expect(trials.count == 1 && trials[0].isChosen)
    #expect(abs(trials[0].trainError / fit.trainError - 1) < 1e-9)
    #expect(abs(trials[0].validationError / fit.validationError - 1) < 1e-9)
    for (found, wanted) in zip(map.members[0].biases, fit.bias) { #expect(abs(found - wanted) < 1e-9) }
    // Without the last value's input a weight means nothing: it is zero in every window.
    for (row, wanted) in fit.weight.enumerated() where !(fit.subtractLast && row == fit.lookback - 1) {
      for (step, value) in wanted.enumerated() {
        #expect(abs(map.members[0].weights[row * 3 + step] - value) < 1e-9)
      }
    }
  }
}

@Test func `The penalty with the smallest validation error is chosen, and the test is never looked at`()
  throws
{
  let penalties = [1e-4, 1e-2, 1, 1e2, 1e4]
  let regression = RidgeRegression(lookbacks: [], penalties: penalties, subtractsLast: true)
  var windows = Reference.shared.windows
  let (map, trials) = try regression.fit(to: windows, threads: 2)
  let best = try #require(trials.min { $0.validationError < $1.validationError })
  #expect(trials.count == penalties.count && best.isChosen && trials.filter(\.isChosen).count == 1)
  windows.origins[.test] = []
  #expect(try regression.fit(to: windows, threads: 2).map == map)
}

@Test func `Forecasts are the map applied to each window, averaged over look-backs`() throws {
  let windows = Reference.shared.windows
  let regression = RidgeRegression(lookbacks: [6, 4], penalties: [1], subtractsLast: true)
  let (map, _) = try regression.fit(to: windows, threads: 1)
  let panel = map.forecast(from: [20, 50][...], in: windows)
  for (window, origin) in [20, 50].enumerated() {
    for column in 0...1 {
      let last = Double(windows.targets[origin * 2 + column])
      for step in 0..<3 {
        let forecasts = map.members.map { member -> Double in
          (0..<member.lookback).reduce(member.biases[step] + last) { sum, row in
            let value = Double(windows.targets[(origin - member.lookback + 1 + row) * 2 + column]) - last
            return sum + value * member.weights[row * 3 + step]
          }
        }
        let expected = forecasts.reduce(0, +) / 2
        #expect(abs(panel.values[(window * 3 + step) * 2 + column] - expected) < 1e-12)
      }
    }
  }
}

/// Takes the last input of each column off the window.
private struct LessLast: WindowAdjustment {
  let signature: Signature

  func adjust(
    _ inputs: UnsafeMutableBufferPointer<Float>, labels: UnsafeBufferPointer<Float>,
    units: UnsafeMutableBufferPointer<WindowUnit>
  ) {
    let width = signature.features.count
    let last = Array(inputs.suffix(width))
    for index in inputs.indices { inputs[index] -= last[index % width] }
    for (target, column) in signature.targetColumns.enumerated() {
      units[target].shift = Double(last[column])
    }
  }
}

@Test func `The last value may be taken off by the windows or by the model, and both mean the same`() throws {
  func weights(model: Bool, windows: Bool) throws -> [Double] {
    var table = Reference.shared.windows
    if windows { table.adjustment = LessLast(signature: table.signature) }
    let regression = RidgeRegression(lookbacks: [], penalties: [1], subtractsLast: model)
    return try regression.fit(to: table, threads: 1).map.members[0].weights
  }
  func distance(_ one: [Double], _ other: [Double]) -> Double {
    zip(one, other).map { abs($0 - $1) }.max() ?? 0
  }
  let own = try weights(model: true, windows: false)
  // Windows are read in single precision.
  #expect(try distance(own, weights(model: false, windows: true)) < 1e-5)
  #expect(try distance(own, weights(model: true, windows: true)) < 1e-5)
  #expect(try distance(own, weights(model: false, windows: false)) > 1e-3)
}

@Test func `The units of a fold are those of a table that was made in them`() throws {
  let stored = Reference.shared.windows
  let rescaling = FoldRescaling(factors: [0.5, 2], offsets: [1, -3])
  var fold = stored
  fold.rescaling = rescaling
  let rescaled = stored.features.enumerated().map { index, value in
    value * Float(rescaling.factors[index % 2]) + Float(rescaling.offsets[index % 2])
  }
  let plain = WindowTable(
    signature: stored.signature, levels: stored.levels, features: StoredArray(rescaled),
    targets: StoredArray(rescaled), time: stored.time, offsets: stored.offsets, origins: stored.origins)
  let regression = RidgeRegression(lookbacks: [6, 3], penalties: [1], subtractsLast: true)
  let map = try regression.fit(to: fold, threads: 1).map
  #expect(try map == regression.fit(to: plain, threads: 1).map)
  let origins = [20, 50][...]
  #expect(map.forecast(from: origins, in: fold).values == map.forecast(from: origins, in: plain).values)
}

@Test func `Labels are learnt from all features of the window`() throws {
  // The label is a sum over both columns, so that only a map of all features finds it.
  let source = Reference.shared.windows
  let rows = source.rowCount
  let labels = (0..<rows).map { row -> Float in
    row == 0 ? 0 : 2 * source.features[row * 2] - 3 * source.features[(row - 1) * 2 + 1] + 1
  }
  let signature = Signature(
    entities: ["A"], features: ["x", "y"], labels: ["sum"], classes: [[]], span: 3, lookback: 6,
    interval: .milliseconds(3_600_000), calendar: .continuous)
  let table = WindowTable(
    signature: signature, levels: StoredArray(labels.map(Double.init)), features: source.features,
    targets: StoredArray(labels), still: StoredArray([Double](repeating: 0, count: rows)), time: source.time,
    offsets: source.offsets, origins: source.origins)
  let (map, _) = try RidgeRegression(lookbacks: [], penalties: [1e-9], subtractsLast: true).fit(
    to: table, threads: 2)
  #expect(map.inputs == .allFeatures && !map.subtractsLast && map.outputs == 1)
  let panel = map.forecast(from: [20, 50][...], in: table)
  for (found, row) in zip(panel.values, [20, 50]) { #expect(abs(found - Double(labels[row])) < 1e-4) }
}

@Test func `A look-back beyond the windows is refused with both numbers`() {
  let regression = RidgeRegression(lookbacks: [7], penalties: [1], subtractsLast: true)
  let error = #expect(throws: RidgeRegression.Problem.self) {
    try regression.fit(to: Reference.shared.windows, threads: 1)
  }
  #expect(error?.description.contains("asks for 7 rows, and the windows hold 6") == true)
}

@Test func `Equations beyond memory are refused with the arithmetic`() {
  var signature = Reference.shared.windows.signature
  signature.lookback = 20_000
  signature.horizon = 1000
  let table = WindowTable(
    signature: signature, levels: [], features: [], targets: [], time: [], offsets: [0, 0], origins: [:])
  let regression = RidgeRegression(lookbacks: [], penalties: [1], subtractsLast: true)
  let error = #expect(throws: RidgeRegression.Problem.self) {
    try regression.fit(to: table, threads: 1)
  }
  #expect(error?.description.contains("need 19226 MiB, more than the 4096 MiB allowed") == true)
}

@Test func `A map is read as it was written`() throws {
  let folder = TemporaryFolder()
  let regression = RidgeRegression(lookbacks: [6, 4], penalties: [1], subtractsLast: true)
  let (map, _) = try regression.fit(to: Reference.shared.windows, threads: 1)
  let artifact = try folder.publish(.model, step: "model") { publication in
    try map.write(to: publication)
    return [:]
  }
  let signature = Reference.shared.windows.signature
  #expect(try LinearMap(reading: artifact, blueprint: map.blueprint, signature: signature) == map)
  #expect(try LinearMap(reading: artifact, blueprint: ["kind": "linear"], signature: signature) == nil)
  #expect(
    artifact.manifest.arrays.map(\.name) == [
      "linear.4.bias", "linear.4.weight", "linear.6.bias", "linear.6.weight",
    ])
  #expect(map.parameterCount == 6 * 3 + 3 + 4 * 3 + 3)
}
