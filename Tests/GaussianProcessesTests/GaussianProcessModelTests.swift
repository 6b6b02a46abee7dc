import Artifacts
import Numerics
import Tensors
import TestSupport
import Testing

@testable import GaussianProcesses

private func meanSquare(_ forecast: Panel, _ origins: [Int], _ table: WindowTable) -> Double {
  let labels = WindowMatrix.ofLabels(table, origins: origins[...]).values
  return zip(forecast.values, labels).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(labels.count)
}

private func rowModel(_ table: WindowTable, threads: Int = 1, rows: Int = 120) throws -> (
  GaussianProcessModel, GaussianProcess.Fit
) {
  let (process, fit) = try RowProcess.fit(
    kernel: "scale * matern-5/2", lengthPerInput: false, method: .quasiNewton, steps: 40, rows: rows,
    memory: 1 << 30, subtractsLast: true, to: table, threads: threads
  ) { _ in }
  return (.rows(process), fit)
}

private func windowModel(_ table: WindowTable, windows: Int = 4) throws -> GaussianProcessModel {
  .windows(
    try WindowProcesses.learning(
      kernel: Kernel(scaled: .matern52), method: .adam(rate: 0.1), steps: 50, windows: windows, from: table
    ).model)
}

@Test func `A process over training windows forecasts better than their mean, and knows how well`() throws {
  let table = SampleWindows.table()
  let (model, fit) = try rowModel(table)
  #expect(fit.greatestJitter == 0 && fit.likelihood > 0)
  let origins = table.windows(.test)
  let made = model.distribution(from: origins[...], in: table)
  #expect(meanSquare(made.mean, origins, table) < 0.05)
  #expect(model.forecast(from: origins[...], in: table).values == made.mean.values)
  // Most of what came lies within the 90 % that it believes in.
  let quantiles = model.quantiles(at: [0.05, 0.5, 0.95], from: origins[...], in: table)
  let labels = WindowMatrix.ofLabels(table, origins: origins[...]).values
  #expect(quantiles.count == 3 * labels.count)
  let inside = labels.indices.count { (quantiles[3 * $0]...quantiles[3 * $0 + 2]).contains(labels[$0]) }
  #expect(Double(inside) / Double(labels.count) > 0.7)
  for index in labels.indices { #expect(quantiles[3 * index + 1] == made.mean.values[index]) }
}

@Test func `A process a window goes on with a wave`() throws {
  let table = SampleWindows.table(lookback: 24, noise: 0.01)
  let model = try windowModel(table)
  let origins = table.windows(.test)
  let made = model.distribution(from: origins[...], in: table)
  // Repeating the last value is far off.
  let last = WindowMatrix.ofTargets(table, origins: origins[...], lookback: 1, subtractLast: false).windows
  let still = Panel(
    windows: origins.count, steps: 3, columns: 2,
    values: (0..<origins.count * 6).map { last.values[$0 / 6 * 2 + $0 % 2] })
  #expect(meanSquare(made.mean, origins, table) < 0.25 * meanSquare(still, origins, table))
  #expect(made.deviation.values.allSatisfy { $0 > 0 && $0.isFinite })
}

@Test func `L-BFGS may fit the windows too`() throws {
  let table = SampleWindows.table(rows: 90, lookback: 16)
  let processes = try WindowProcesses.learning(
    kernel: Kernel("scale * rbf + scale * matern-1/2"), method: .quasiNewton, steps: 30, windows: 2,
    from: table)
  #expect(processes.starts.allSatisfy { $0.windows == 2 && $0.likelihood.isFinite })
  let made = processes.model.forecast(from: table.windows(.test)[...], in: table)
  #expect(made.mean.values.allSatisfy { $0.isFinite })
}

@Test func `A model is read as it was written, and makes the same forecast to the bit`() throws {
  let folder = TemporaryFolder()
  let table = SampleWindows.table()
  let labels = SampleWindows.table(labels: true)
  for (name, table, model) in [
    ("windows", table, try windowModel(table)), ("rows", table, try rowModel(table).0),
    ("labels", labels, try rowModel(labels).0),
  ] {
    var blueprint = JSON.null
    let artifact = try folder.publish(.model, step: "model", key: folder.key(name)) {
      try model.write(to: $0)
      blueprint = model.blueprint
      return ["blueprint": blueprint]
    }
    let read = try #require(
      try GaussianProcessModel(reading: artifact, blueprint: blueprint, signature: table.signature))
    let origins = table.windows(.test)
    let (a, b) = (
      model.distribution(from: origins[...], in: table), read.distribution(from: origins[...], in: table)
    )
    #expect(a.mean.values == b.mean.values && a.deviation.values == b.deviation.values)
    #expect(read.blueprint == model.blueprint && read.parameterCount == model.parameterCount)
  }
}

@Test func `Threads change no bit of a fit`() throws {
  let table = SampleWindows.table()
  let (one, two) = (try rowModel(table), try rowModel(table, threads: 2))
  #expect(one.1.parameters == two.1.parameters)
  let origins = table.windows(.test)[...]
  #expect(
    one.0.distribution(from: origins, in: table).deviation.values
      == two.0.distribution(from: origins, in: table).deviation.values)
}

@Test func `Windows that repeat themselves need no jitter, because the noise keeps a least variance`() throws
{
  // A wave of a period of whole rows, without noise: the same window again and again.
  var table = SampleWindows.table(rows: 200)
  let values = (0..<400).map { Float($0 / 2 % 4) + Float($0 % 2) }
  table.features = StoredArray(values)
  table.targets = StoredArray(values.indices.map { values[$0 ^ 1] })
  let (_, fit) = try rowModel(table)
  #expect(fit.greatestJitter == 0 && fit.likelihood.isFinite && fit.parameters.allSatisfy { $0.isFinite })
}

@Test func `More rows than the memory holds are refused with the arithmetic`() {
  let table = SampleWindows.table()
  #expect(
    throws: GaussianProcessError.memory(rows: 100, copies: 2, allowedBytes: 100_000)
  ) {
    _ = try RowProcess.fit(
      kernel: "scale * rbf", lengthPerInput: false, method: .quasiNewton, steps: 1, rows: 100,
      memory: 100_000,
      subtractsLast: true, to: table, threads: 1
    ) { _ in }
  }
}

@Test func `Labels have no past that a process a window could continue`() {
  #expect(throws: GaussianProcessError.self) { try windowModel(SampleWindows.table(labels: true)) }
}

@Test func `A window with what is no number is forecast as that, and the others as before`() throws {
  let table = SampleWindows.table()
  let model = try windowModel(table)
  let origins = table.windows(.test)
  let before = model.distribution(from: origins[...], in: table)
  var broken = table
  var values = Array(table.features)
  // Column 1 of the last row of the first window, which is the first target.
  values[2 * origins[0] + 1] = .nan
  broken.features = StoredArray(values)
  let after = model.distribution(from: origins[...], in: broken)
  for step in 0..<3 {
    #expect(after.mean.values[2 * step].isNaN)
    #expect(after.deviation.values[2 * step].isNaN)
    #expect(after.mean.values[2 * step + 1] == before.mean.values[2 * step + 1])
  }
  let far = 6 * table.signature.lookback
  #expect(after.mean.values[far...] == before.mean.values[far...])
}

@Test func `Windows whose matrices cannot be factored are fitted with a jitter, and counted`() throws {
  let table = SampleWindows.table()
  let origins = table.windows(.test)
  let fine = try windowModel(table, windows: 0)
  guard case .windows(let processes) = fine else {
    Issue.record("not a process a window")
    return
  }
  _ = processes.forecast(from: origins[...], in: table)
  #expect(processes.jitters.total == JitterCount.Total(fits: 2 * origins.count, mended: 0, greatest: 0))
  // A variance of 1e18 beside a noise of ln 2: rounding makes the matrix indefinite.
  let wild = WindowProcesses(
    kernel: Kernel(scaled: .rbf), method: .adam(rate: 0.1), steps: 0,
    starts: [1e18, 3, 0, 0] + [0, 0, 0, 0])
  let made = wild.forecast(from: origins[...], in: table)
  let total = wild.jitters.total
  #expect(total.fits == 2 * origins.count && total.mended == origins.count && total.greatest > 1)
  #expect(made.mean.values.allSatisfy { $0.isFinite } && made.deviation.values.allSatisfy { $0 > 0 })
}
