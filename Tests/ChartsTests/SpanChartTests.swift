@testable import Charts
import Testing

@Test func `A part of a few bars among thousands is seen, over its neighbours`() throws {
  let spans = [
    Span("train", .first, from: 0, until: 1e6), Span("purged", .cut, from: 1e6, until: 1e6 + 1),
    Span("test", .third, from: 1e6 + 1, until: 2e6),
  ]
  let marks = SpanChart(title: "", rows: [.init("fold 1", spans)]).drawing.marks
  let rectangles = marks.split(separator: "\n").filter { $0.hasPrefix("<rect") }
  let last = try #require(rectangles.last)
  #expect(last.contains("solid-cut") && last.contains("width=\"1.5\""))
  #expect(marks.contains(">train<") && marks.contains(">test<"))
}

@Test func `Twelve folds are twelve rows`() {
  let rows = (1...12).map { SpanChart.Row("fold \($0)", [Span("train", .first, from: 0, until: Double($0))]) }
  let drawing = SpanChart(title: "", rows: rows).drawing
  #expect(drawing.size.height == 48 + 12 * 22 + 26)
  #expect(drawing.marks.contains("fold 12"))
}
