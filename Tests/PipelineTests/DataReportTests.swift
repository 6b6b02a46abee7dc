import Foundation
import FoundationXML
import Numerics
import Testing
@testable import prepare

private let hour: Int64 = 3_600_000

private func view(
  _ values: [Double], named name: String = "close", transformed: [Double]? = nil, entity: String = ""
) -> ColumnView {
  ColumnView(
    name: name, unit: "", entity: entity, times: values.indices.map { Int64($0) * hour }, raw: values,
    transformed: transformed)
}

private func fold(_ rows: Int) -> FoldView {
  let border = Int64(rows * 7 / 10) * hour
  return FoldView(
    name: "fold 1",
    parts: [
      .init(role: .train, from: 0, until: border, count: 70),
      .init(role: .test, from: border + hour, until: Int64(rows) * hour, count: 29),
    ])
}

private func report(_ columns: [ColumnView]) -> DataReport {
  DataReport(
    title: "A look", subtitle: "", folds: [fold(columns.map(\.raw.count).max() ?? 0)], columns: columns)
}

private func isWellFormed(_ html: String) -> Bool {
  let body = html.split(separator: "</head>\n").last?.split(separator: "</html>").first ?? ""
  return XMLParser(data: Data(body.utf8)).parse()
}

private let wave = (0..<300).map { Double($0 * 37 % 101) }

@Test(
  arguments: [
    [], [1], [1, 2], [5, 5, 5, 5], [.nan, .nan, .nan], [.infinity, 1, 2, -.infinity], [-1.7e308, 1.7e308, 0],
    [0, 0, 1, 0], wave,
  ] as [[Double]])
func `A column of any values has a page`(values: [Double]) {
  let html = report([view(values, transformed: values.map { -$0 })]).html
  #expect(isWellFormed(html))
  #expect(!html.contains(">nan") && !html.contains(" nan") && !html.contains(">inf"))
}

@Test func `No columns, no labels and no folds leave a title`() {
  #expect(isWellFormed(DataReport(title: "A look", subtitle: "").html))
}

@Test func `A constant column is said to be one and has no empty charts`() {
  let html = report([view([7, 7, 7, 7])]).html
  #expect(html.contains("is constant") && !html.contains("autocorrelation"))
}

@Test func `A failed check is said before everything else, an allowed one with its reason`() throws {
  var made = report([view(wave)])
  made.leakChecks = [
    LeakRow(name: "truncation", verdict: .passed, words: ""),
    LeakRow(name: "scaler", verdict: .failed, words: ""),
    LeakRow(name: "time identity", verdict: .allowed(reason: "to compare"), words: ""),
  ]
  let html = made.html
  let notice = try #require(html.firstRange(of: "Leak check failed: scaler."))
  let splits = try #require(html.firstRange(of: "<h2>Splits"))
  #expect(notice.lowerBound < splits.lowerBound)
  #expect(html.contains("time identity (to compare)") && html.contains("✗ FAILED"))
}

@Test func `Train and test are compared where there is a fold`() {
  #expect(report([view(wave)]).html.contains("bars: train, line: test"))
  var whole = report([view(wave)])
  whole.folds = []
  #expect(whole.html.contains("all rows") && !whole.html.contains("Drift"))
}

@Test func `A part with one class is warned of`() {
  var made = report([])
  made.labels = [
    LabelView(
      name: "trend", unit: "",
      kind: .classes(
        ["down", "up"], [.init(role: .train, content: [5, 5]), .init(role: .test, content: [0, 4])]))
  ]
  #expect(made.html.contains("trend: test holds one class, up."))
}

@Test func `Columns of an entity that miss the same are one row of the map`() {
  let same = (0..<5).map { view(wave, named: "c\($0)", entity: "BTC") }
  #expect(MissingMap(of: same).rows.map(\.name) == ["BTC, all 5 columns"])
  var holes = wave
  holes[10] = .nan
  let rows = MissingMap(of: same + [view(holes, named: "d", entity: "BTC")]).rows
  #expect(
    rows.map(\.name) == ["BTC c0 and 4 more", "BTC d"] && rows.map(\.words) == ["complete", "1 (0.33 %)"])
}

@Test func `Sixty columns have sections, the table has all`() {
  let html = report((0..<70).map { view([1, 2, 3], named: "feature_\($0)") }).html
  #expect(
    html.contains("<h2>feature_59") && !html.contains("<h2>feature_60") && html.contains("<td>feature_69"))
  #expect(html.contains("10 more columns"))
}

@Test func `A difference does not reach over a break`() {
  let changes = ColumnView.changes(of: [1, 2, 4, 3, 0, 5], breaks: [3], isRelative: false)
  #expect(changes.map { $0.isNaN ? 99 : $0 } == [1, 2, 99, -3, 5])
  let relative = ColumnView.changes(of: [-2, -1, 0, 3], breaks: [], isRelative: true)
  #expect(relative.map { $0.isNaN ? 99 : $0 } == [0.5, 1, 99])
}

@Test func `Autocorrelation is what it is defined as`() {
  // By hand: mean 2.5, distances ±1.5, ±0.5, sum of squares 5.
  let found = Autocorrelation(of: [1, 2, 3, 4], lags: 50)
  #expect(found.correlations == [0.25, -0.3, -0.45] && found.count == 4)
}

@Test func `A missing value has no part in an autocorrelation`() {
  let found = Autocorrelation(of: [1, .nan, 3, 4, 4], lags: 1)
  // Mean 3, distances −2, 0, 1, 1 around the hole: one pair of 1 · 1 and one of 0 · 1, over 6.
  #expect(found.correlations == [1.0 / 6] && found.count == 4)
}

@Test(arguments: [[], [1], [3, 3, 3], [.nan, .nan], [0.1, 0.1, 0.1]] as [[Double]])
func `What does not vary has no autocorrelation`(values: [Double]) {
  #expect(Autocorrelation(of: values, lags: 5).correlations.isEmpty)
}

@Test func `Of a long series the newest rows are taken`() {
  let found = Autocorrelation(of: Array(repeating: 0, count: 100) + [1, 2, 3, 4], lags: 3, limit: 4)
  #expect(found.correlations == [0.25, -0.3, -0.45] && found.rows == 4)
}

@Test func `The figures of a column are those of its finite values`() {
  let summary = ColumnSummary(of: [1, 2, 3, .nan, 6, .infinity])
  #expect(summary.count == 4 && summary.low == 1 && summary.high == 6 && summary.mean == 3)
  #expect(summary.deviation == 3.5.squareRoot())
  #expect(abs(summary.skewness - 4.5 / (3.5 * 3.5.squareRoot())) < 1e-15)
}

@Test(arguments: [(0, "0"), (12.5, "12.500"), (1e-7, "1.0000e-07"), (.nan, "–")] as [(Double, String)])
func `A number in the table is never a row of zeros`(value: Double, words: String) {
  #expect(ColumnSummary.words(value) == words)
}

@Test func `A fold that trains on both sides of its test shows them apart`() {
  let part = { (role: FoldView.Role, days: Range<Int64>) in
    FoldView.Part(role: role, from: days.lowerBound * 24 * hour, until: days.upperBound * 24 * hour, count: 5)
  }
  // Two entities, and a gap in the second training part.
  let parts = FoldView.joined([
    part(.train, 0..<10), part(.train, 0..<9), part(.train, 20..<25), part(.train, 27..<30),
    part(.test, 10..<20), part(.test, 11..<20),
  ])
  #expect(parts.map(\.role) == [.train, .test, .train] && parts.map(\.count) == [10, 10, 10])
  #expect(parts.map(\.until).map { $0 / (24 * hour) } == [10, 20, 30])
  let html = DataReport(title: "", subtitle: "", folds: [FoldView(name: "0", parts: parts)]).html
  #expect(html.contains("20: 1970-01-01 to 1970-01-31 in 2 parts"), "\(html.suffix(2000))")
}

@Test func `Parts that were dealt at random are not held against each other`() {
  var made = report([view(wave)])
  #expect(made.html.contains("bars: train, line: test") && made.html.contains("Drift"))
  made.folds[0].isRandom = true
  #expect(!made.html.contains("line: test") && !made.html.contains("Drift"))
}
