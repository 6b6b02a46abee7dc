import Charts
import Testing

private func chart(_ points: [LineChart.Point]) -> LineChart {
  LineChart(title: "Error", lines: [.init("model", .first, points)])
}

@Test func `A line over numbers breaks where a value is none`() {
  let svg = chart([.init(1, 2), .init(2, .nan), .init(3, 4), .init(4, 5)]).drawing.svg
  let path = svg.split(separator: "\n").first { $0.contains("line-first") && $0.contains("<path") } ?? ""
  #expect(path.split(separator: "M").count == 3)
  #expect(!svg.contains("nan") && !svg.contains("inf"))
}

@Test func `Charts without a value and with a single one are drawn`() {
  #expect(chart([]).drawing.svg.contains("no values"))
  #expect(chart([.init(3, .infinity)]).drawing.svg.contains("no values"))
  #expect(chart([.init(3, 7)]).drawing.svg.contains("dots"))
}

@Test func `Several lines have a legend, and the same chart is the same bytes`() {
  var both = chart([.init(0, 0), .init(1, 1)])
  both.lines.append(.init("repeat & mean", .second, [.init(0, 1), .init(1, 0)], hasDots: true))
  (both.hasDiagonal, both.beginsAtZero, both.levels) = (true, true, [0.5])
  #expect(both.drawing.svg.contains("repeat &amp; mean"))
  #expect(both.drawing == both.drawing)
}
