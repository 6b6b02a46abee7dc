@testable import Charts
import Testing

@Test func `A million values make a chart of some kilobytes`() {
  let values = (0..<1_000_000).map { Double($0 * 7919 % 1009) }
  let chart = SeriesChart(
    title: "close", times: values.indices.map { Int64($0) * 60_000 }, lines: [.init(.first, values)])
  #expect(chart.drawing.svg.utf8.count < 40_000)
}

@Test func `A span that lies outside is not drawn, and one that reaches out is cut off`() {
  var chart = SeriesChart(title: "", times: [0, 1, 2], lines: [.init(.first, [1, 2, 3])])
  let bare = chart.drawing.marks
  chart.spans = [Span("out", .first, from: 5, until: 9)]
  #expect(!chart.drawing.marks.contains("shade"))
  chart.spans = [Span("test", .third, from: -5, until: 99)]
  #expect(chart.drawing.marks.contains("class=\"shade-third\" x=\"34\"") && !bare.contains("shade"))
}
