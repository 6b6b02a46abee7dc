import Artifacts
import Numerics
import Tensors
import TestSupport
import Testing

@testable import GaussianProcesses

private func fit(
  _ table: WindowTable, kernel: RegressionKernel = .epanechnikov, bandwidths: [Double] = [0.3, 0.6, 1.2],
  rows: Int = 500, bounds: KernelRegression.BoundSettings? = nil
) throws -> (model: KernelRegression, trials: [KernelRegression.Trial]) {
  try KernelRegression.fit(
    kernel: kernel, bandwidths: bandwidths, rows: rows, subtractsLast: true, bounds: bounds, to: table,
    threads: 2
  ) { _, _ in }
}

@Test(arguments: RegressionKernel.allCases)
func `A kernel is 1 at no distance and falls from there`(kernel: RegressionKernel) {
  let values = (0...40).map { kernel(Double($0) / 20) }
  #expect(abs(values[0] - 1) < 1e-15)
  #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 })
  #expect((values[21] == 0) == kernel.isCompact && values[20] < 1 || kernel == .box)
  // Far away it is nothing, and not a number that is none.
  #expect(kernel(1e4) >= 0 && kernel(1e4) < 1e-30)
}

@Test func `A forecast is the weighted mean of what followed`() throws {
  let table = SampleWindows.table()
  for kernel in RegressionKernel.allCases {
    let model = try fit(table, kernel: kernel, bandwidths: [0.9]).model
    let origins = Array(table.windows(.test).prefix(5))
    let made = model.forecast(from: origins[...], in: table)
    let (windows, last) = model.places.inputs(origins[...], table)
    let d = model.places.dimensions
    for window in origins.indices {
      var (sum, total) = (0.0, 0.0)
      for row in 0..<model.rows {
        var square = 0.0
        for index in 0..<d {
          let distance = windows.values[window * d + index] - model.inputs[row * d + index]
          square += distance * distance
        }
        let weight = kernel((square / Double(d)).squareRoot() / 0.9)
        sum += weight * model.labels[row * model.places.outputs + 1]
        total += weight
      }
      let wanted = model.places.restored(
        Matrix(rows: 1, columns: 6, values: [0, sum / total, 0, 0, 0, 0]),
        last: Array(last[(2 * window)..<(2 * window + 2)]), table.signature
      ).values[1]
      #expect(abs(made.values[6 * window + 1] - wanted) < 1e-9)
    }
  }
}

@Test func `The bandwidth with the smallest validation error is chosen, and the test is never looked at`()
  throws
{
  var table = SampleWindows.table()
  let (model, trials) = try fit(table)
  let best = try #require(trials.filter(\.isChosen).first)
  #expect(trials.count == 3 && best.validationError == trials.map(\.validationError).min())
  #expect(best.bandwidth == model.bandwidth)
  table.origins[.test] = []
  #expect(try fit(table).model == model)
}

@Test func `A window that no other is near to gets the nearest one's future, and is counted`() throws {
  let table = SampleWindows.table()
  let model = try fit(table, bandwidths: [2]).model
  let lonely = KernelRegression(
    kernel: .box, bandwidth: 1e-6, places: model.places, inputs: model.inputs, labels: model.labels,
    rule: KernelRegression.Bounds(lipschitz: 2, noise: [Double](repeating: 0.1, count: 6), delta: 0.1))
  let origins = table.windows(.test)
  let made = lonely.outcome(from: origins[...], in: table)
  #expect(made.neighbours.allSatisfy { $0 == 0 })
  #expect(made.mean.values.allSatisfy { $0.isFinite })
  let near = KernelRegression(
    kernel: .box, bandwidth: 2, places: model.places, inputs: model.inputs, labels: model.labels,
    rule: lonely.rule
  ).outcome(from: origins[...], in: table)
  #expect(near.neighbours.allSatisfy { $0 > 0 })
  // Bounds grow with the distance to the nearest window.
  let reach = try #require(made.reach)
  #expect(reach.values.allSatisfy { $0.isFinite && $0 > 0 })
}

@Test func `Neighbourhoods that are all empty are told, with what to do`() {
  let error = #expect(throws: GaussianProcessError.self) {
    try fit(SampleWindows.table(), bandwidths: [1e-9, 1e-8])
  }
  #expect(
    error?.description == """
      no validation window has a training window within a bandwidth of 1e-08: every neighbourhood is empty; add larger \
      ones to 'bandwidths' (windows at random are about 1.4 apart)
      """)
  #expect(error?.exitStatus == .badData)
}

@Test func `Bounds are the paper's`() {
  let rule = KernelRegression.Bounds(lipschitz: 1.5, noise: [0.2], delta: 0.1)
  // 1.5 · 0.4 + 2 · 0.2 · √ln(√2 / 0.1) / 0.5
  #expect(abs(rule.reach(weight: 0.5, bandwidth: 0.4, output: 0) - 1.902_098_904_6) < 1e-8)
  // 1.5 · 0.4 + 2 · 0.2 · √(7 ln(√8 / 0.1)) / 7
  #expect(abs(rule.reach(weight: 7, bandwidth: 0.4, output: 0) - 0.876_397_472_1) < 1e-8)
}

@Test func `Bounds hold the truth as often as they promise, and need a kernel that ends`() throws {
  let table = SampleWindows.table()
  let bounds = KernelRegression.BoundSettings(lipschitz: 1, noise: nil, delta: 0.1)
  let model = try fit(table, bandwidths: [0.6], bounds: bounds).model
  let rule = try #require(model.rule)
  #expect(rule.noise.allSatisfy { $0 > 0 && $0 < 1 })
  let origins = table.windows(.test)
  let made = model.outcome(from: origins[...], in: table)
  let reach = try #require(made.reach)
  let labels = WindowMatrix.ofLabels(table, origins: origins[...]).values
  let inside = labels.indices.count { abs(labels[$0] - made.mean.values[$0]) <= reach.values[$0] }
  #expect(Double(inside) >= 0.9 * Double(labels.count))
  #expect(throws: GaussianProcessError.self) { try fit(table, kernel: .gaussian, bounds: bounds) }
}

@Test func `A regression is read as it was written`() throws {
  let folder = TemporaryFolder()
  let table = SampleWindows.table()
  for (name, bounds) in [
    ("plain", nil), ("bounded", KernelRegression.BoundSettings(lipschitz: 1, noise: 0.3, delta: 0.1)),
  ] {
    let model = try fit(table, bounds: bounds).model
    let artifact = try folder.publish(.model, step: "model", key: folder.key(name)) {
      try model.write(to: $0)
      return ["blueprint": model.blueprint]
    }
    #expect(
      try KernelRegression(reading: artifact, blueprint: model.blueprint, signature: table.signature) == model
    )
  }
}
