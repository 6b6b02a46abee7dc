@testable import Charts
import Foundation
import FoundationXML
import Testing

/// Every chart of the room, of data that make trouble.
private struct Case: Sendable, CustomTestStringConvertible {
  let name: String
  let drawing: Drawing
  var testDescription: String { name }
}

private let hour: Int64 = 3_600_000
private let markup = "<script>alert(\"x\")</script> & \u{1}"

private let troubles: [(String, [Double])] = [
  ("nothing", []), ("one value", [5]), ("equal values", [5, 5, 5]), ("zeros", [0, 0]),
  ("only missing", [.nan, .nan]), ("infinite", [1, .infinity, -.infinity, 2]),
  ("the ends of the range", [-1.7e308, 1.7e308, 1]), ("tiny", [1e-300, 2e-300]),
  ("huge", [1e290, -1e290, 5e289]), ("many", (0..<5_000).map { Double($0 % 97) - 40 }),
]

private let cases: [Case] = troubles.flatMap { trouble in
  let (name, values) = trouble
  let times = values.indices.map { Int64($0) * hour }
  let range = Bins.range(of: values) ?? (0, 1)
  let bins = Bins(of: values, count: 20, from: range.low, to: range.high)
  let quiet = SeriesChart(title: markup, note: markup, times: times, lines: [.init(.second, values)])
  let rows = values.prefix(30).map { BarChart.Row(markup, [$0.isFinite ? $0 : nil]) }
  let shares = values.prefix(100).map { $0.isFinite && abs($0) <= 1 ? abs($0) : nil }
  let span = Span(markup, .second, from: 0, until: Double(times.last ?? 0))
  var series = SeriesChart(title: name, times: times, lines: [.init(.first, values)])
  series.spans = [span, Span("", .cut, from: 1e18, until: -1e18)]
  let drawings: [(String, Drawing)] = [
    ("series", series.drawing), ("bare series", quiet.drawing),
    (
      "histogram",
      Histogram(title: markup, bins: bins, other: bins, normal: .init(mean: 0, deviation: 1)).drawing
    ),
    ("bars", BarChart(title: markup, rows: rows).drawing),
    ("changes", ChangeChart(title: markup, times: times, changes: values, unit: " %").drawing),
    (
      "correlogram",
      Correlogram(title: markup, correlations: Array(values.prefix(50)), count: values.count).drawing
    ),
    (
      "presence",
      PresenceMap(
        title: markup, from: 0, until: times.last ?? 0, rows: [.init(markup, missing: shares, words: "")]
      )
      .drawing
    ),
    ("spans", SpanChart(title: markup, rows: [.init(markup, [span]), .init("", [])]).drawing),
  ]
  return drawings.map { Case(name: "\($0.0) of \(name)", drawing: $0.1) }
}

@Test(arguments: cases)
private func `Every chart of any data is well-formed XML without numbers that are none`(case: Case) {
  let svg = `case`.drawing.svg
  #expect(XMLParser(data: Data(svg.utf8)).parse())
  for word in ["nan", "inf", "<script>", "e+"] {
    #expect(!svg.dropFirst(ChartStyle.element.utf8.count + 400).contains("\"" + word), "\(word)")
    #expect(!svg.contains(" \(word)"), "\(word)")
  }
  #expect(!svg.contains("<script>"))
}

@Test(arguments: cases)
private func `No chart grows with the number of its rows`(case: Case) {
  #expect(`case`.drawing.marks.utf8.count < 60_000)
}

@Test func `A drawing in a page has no style sheet of its own`() {
  let drawing = Histogram(title: "a", bins: Bins(of: [1], count: 2, from: 0, to: 2)).drawing
  #expect(drawing.svg.contains("<style>") && !drawing.inlined.contains("<style>"))
  #expect(drawing.svg.contains("xmlns=") && drawing.inlined.contains("role=\"img\""))
}
