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
  let origins: [String: [Int64]]
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
    var splits: [Split: [Int64]] = [:]
    for split in Split.allCases { splits[split] = origins[split.rawValue] }
    return WindowTable(
      signature: signature, levels: flat, features: flat.map { Float($0) }, targets: flat.map { Float($0) },
      time: table.indices.map { Int64($0) }, offsets: [0, table.count], origins: splits)
  }
}

@Test func `Weights, intercept and errors are NumPy's`() throws {
  for fit in Reference.shared.fits {
    let regression = RidgeRegression(
      lookbacks: [fit.lookback], penalties: [fit.penalty], subtractsLast: fit.subtractLast)
    let (map, trials) = try regression.fit(
      to: Reference.shared.windows, recipeSubtractsLast: false, threads: 1)
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
  let (map, trials) = try regression.fit(to: windows, recipeSubtractsLast: false, threads: 2)
  let best = try #require(trials.min { $0.validationError < $1.validationError })
  #expect(trials.count == penalties.count && best.isChosen && trials.filter(\.isChosen).count == 1)
  windows.origins[.test] = []
  #expect(try regression.fit(to: windows, recipeSubtractsLast: false, threads: 2).map == map)
}

@Test func `Forecasts are the map applied to each window, averaged over look-backs`() throws {
  let windows = Reference.shared.windows
  let regression = RidgeRegression(lookbacks: [6, 4], penalties: [1], subtractsLast: true)
  let (map, _) = try regression.fit(to: windows, recipeSubtractsLast: false, threads: 1)
  let panel = map.forecast(from: [20, 50][...], in: windows.targets, columns: 2)
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

@Test func `The last value may be subtracted by the recipe or by the model, and both mean the same`() throws {
  let windows = Reference.shared.windows
  func fit(model: Bool, recipe: Bool) throws -> LinearMap {
    try RidgeRegression(lookbacks: [], penalties: [1], subtractsLast: model).fit(
      to: windows, recipeSubtractsLast: recipe, threads: 1
    ).map
  }
  #expect(try fit(model: true, recipe: false) == fit(model: false, recipe: true))
  #expect(try fit(model: true, recipe: true) == fit(model: true, recipe: false))
  #expect(try fit(model: false, recipe: false) != fit(model: true, recipe: false))
}

@Test func `A look-back beyond the windows is refused with both numbers`() {
  let regression = RidgeRegression(lookbacks: [7], penalties: [1], subtractsLast: true)
  let error = #expect(throws: RidgeRegression.Problem.self) {
    try regression.fit(to: Reference.shared.windows, recipeSubtractsLast: false, threads: 1)
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
    try regression.fit(to: table, recipeSubtractsLast: false, threads: 1)
  }
  #expect(error?.description.contains("need 19226 MiB, more than the 4096 MiB allowed") == true)
}

@Test func `A map is read as it was written`() throws {
  let folder = TemporaryFolder()
  let regression = RidgeRegression(lookbacks: [6, 4], penalties: [1], subtractsLast: true)
  let (map, _) = try regression.fit(to: Reference.shared.windows, recipeSubtractsLast: false, threads: 1)
  let artifact = try folder.publish(.model, step: "model") { publication in
    try map.write(to: publication)
    return [:]
  }
  #expect(try LinearMap(reading: artifact, lookbacks: [6, 4], subtractsLast: true, horizon: 3) == map)
  #expect(
    artifact.manifest.arrays.map(\.name) == [
      "linear.4.bias", "linear.4.weight", "linear.6.bias", "linear.6.weight",
    ])
  #expect(map.parameterCount == 6 * 3 + 3 + 4 * 3 + 3)
}
