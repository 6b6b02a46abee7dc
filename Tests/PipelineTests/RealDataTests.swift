import Artifacts
import TestSupport
import Testing

private func metrics(_ workspace: Workspace) throws -> [String: Double] {
  try ArtifactStore(root: workspace.path + "/artifacts").current(of: "model").manifest.metrics
}

private func example(_ name: String) -> [String] {
  ["run", "--file", Programs.repository + "/examples/\(name).yaml"]
}

// The published protocol; the bounds are those of the closed form. See docs/results.md.
@Test(
  .enabled(if: Programs.data != nil, "CANDLEWICK_DATA names no folder of data"),
  arguments: [(96, 0.372), (192, 0.406), (336, 0.430), (720, 0.436)])
func `ETTh1 reaches the closed-form figures of the published protocol`(horizon: Int, bound: Double) throws {
  let workspace = try Workspace()
  let data = try #require(Programs.data)
  let result = try workspace.run(
    "pipeline",
    example("etth1") + [
      "--set", "series.source.path=\(data)/etth1/ETTh1.csv", "--set", "windows.horizon=\(horizon)",
    ])
  #expect(result.status == 0, "\(result.error)")
  let metrics = try metrics(workspace)
  #expect(try #require(metrics["test/standardized/mse"]) <= bound)
  if horizon == 96 { #expect(abs(try #require(metrics["test/standardized/mse/repeat"]) - 1.294) <= 0.002) }
}

@Test(
  .enabled(if: Programs.data != nil, "CANDLEWICK_DATA names no folder of data"),
  arguments: [
    ("BTC_USDT-1h", 45_024, 27, 127), ("BTC_USDT-4h", 11_271, 8, 16), ("BTC_USDT-1d", 1_881, 0, 0),
    ("BNB_USDT-1h", 43_087, 26, 121),
    ("SOL_USDT-1h", 18_970, 9, 19),
  ])
func `Real candles have the gaps that are known`(file: String, rows: Int, gaps: Int, missing: Int) throws {
  let workspace = try Workspace()
  let data = try #require(Programs.data)
  let result = try workspace.run(
    "pipeline",
    example("btc-file") + [
      "series", "--set", "series.source.path=\(data)/binance/\(file).json", "--set",
      "series.until=2023-01-01",
    ])
  #expect(result.status == 0, "\(result.error)")
  let facts = try ArtifactStore(root: workspace.path + "/artifacts").current(of: "series").manifest.facts
  #expect(
    facts["rows"]?.integer == rows && facts["gaps"]?.integer == gaps
      && facts["missingBars"]?.integer == missing)
}

@Test(.enabled(if: Programs.data != nil, "CANDLEWICK_DATA names no folder of data"))
func `No window of real candles crosses a gap`() throws {
  let workspace = try Workspace()
  let data = try #require(Programs.data)
  _ = try workspace.run(
    "pipeline",
    example("btc-file") + ["windows", "--set", "series.source.path=\(data)/binance/BTC_USDT-1h.json"])
  let table = try WindowTable(
    reading: try ArtifactStore(root: workspace.path + "/artifacts").current(of: "windows"))
  let (lookback, horizon) = (table.signature.lookback, table.signature.horizon)
  var count = 0
  for origin in table.origins.values.flatMap({ $0 }) {
    let rows = (Int(origin) - lookback + 1)...(Int(origin) + horizon)
    let span = table.time[rows.upperBound] - table.time[rows.lowerBound]
    #expect(span == Int64(rows.count - 1) * 3_600_000)
    count += 1
  }
  #expect(count > 30_000)
}

// The figures of docs/results.md that take seconds; N-BEATS and PatchTST take a minute and more.
@Test(
  .enabled(if: Programs.data != nil, "CANDLEWICK_DATA names no folder of data"),
  arguments: [("linear/nlinear", 0.378), ("linear/dlinear", 0.380)])
func `Trained linear models reach their published figures on ETTh1`(model: String, bound: Double) throws {
  let workspace = try Workspace()
  let data = try #require(Programs.data)
  let result = try workspace.run(
    "pipeline",
    example("etth1") + [
      "model", "--set", "series.source.path=\(data)/etth1/ETTh1.csv", "--set", "model.model=\(model)",
    ])
  #expect(result.status == 0, "\(result.error)")
  #expect(try #require(try metrics(workspace)["test/standardized/mse"]) <= bound)
}
