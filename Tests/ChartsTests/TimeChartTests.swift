@testable import Charts
import Chronology
import Foundation
import FoundationXML
import Testing

private let day: Int64 = 86_400_000

private func chart(panels: Int = 1, title: String = "A title") -> TimeChart {
  let points = (0..<30).map { (time: Int64($0) * day, value: Double(100 + $0 % 7) as Double?) }
  let panel = TimeChart.Panel(
    title: "close", note: "at the end 101",
    lines: [
      .init(role: .history, points: points),
      .init(role: .forecast, points: [(30 * day, 104), (31 * day, 105)]),
      .init(role: .baseline, points: [(30 * day, 103), (31 * day, 103)]),
    ],
    bands: [
      .init(points: [.init(time: 30 * day, low: 100, high: 108), .init(time: 31 * day, low: 99, high: 110)])
    ],
    now: 29 * day)
  return TimeChart(
    title: title, subtitle: "a subtitle",
    legend: [(.line(.history), "history"), (.band(0), "95 % interval")],
    panels: Array(repeating: panel, count: panels))
}

@Test func `The same chart has the same bytes`() {
  #expect(chart().svg == chart().svg)
}

@Test(arguments: [1, 2, 3, 7])
func `A chart is well-formed XML with one group a panel`(panels: Int) throws {
  let parser = XMLParser(data: Data(chart(panels: panels).svg.utf8))
  let counter = Counter()
  parser.delegate = counter
  #expect(parser.parse())
  #expect(counter.count["g"] == panels && counter.count["path"] == 4 * panels)
}

private final class Counter: NSObject, XMLParserDelegate {
  var count: [String: Int] = [:]
  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) { count[element, default: 0] += 1 }
}

@Test func `Text cannot become markup`() throws {
  let svg = chart(title: "<script>alert(\"x\")</script> & \u{1}").svg
  #expect(!svg.contains("<script>"))
  #expect(XMLParser(data: Data(svg.utf8)).parse())
}

@Test func `A missing value breaks the line`() {
  let line = TimeChart.Line(role: .history, points: [(0, 1), (day, nil), (2 * day, 2), (3 * day, 3)])
  let panel = TimeChart.Panel(title: "", note: "", lines: [line], bands: [], now: nil)
  let svg = TimeChart(title: "", subtitle: "", legend: [], panels: [panel]).svg
  let path = svg.split(separator: "<path class=\"history\" d=\"").last?.prefix { $0 != "\"" } ?? ""
  #expect(path.filter { $0 == "M" }.count == 2 && path.filter { $0 == "L" }.count == 1)
}

@Test func `A chart of one point or of equal values can be drawn`() {
  let cases: [[(time: Int64, value: Double?)]] = [[(0, 5)], [(0, 5), (day, 5)], []]
  for points in cases {
    let panel = TimeChart.Panel(
      title: "", note: "", lines: [.init(role: .history, points: points)], bands: [], now: nil)
    #expect(!TimeChart(title: "", subtitle: "", legend: [], panels: [panel]).svg.contains("nan"))
  }
}

@Test(arguments: [(0.0, 1.0), (99.3, 104.8), (-5, 5), (0.000_12, 0.000_19), (19_000, 64_000), (-1e6, 3e6)])
func `Ticks are round, inside the axis, and told apart by their labels`(low: Double, high: Double) {
  let ticks = Axis(from: low, to: high, start: 0, end: 100).ticks(about: 5)
  #expect((3...12).contains(ticks.count))
  #expect(ticks.allSatisfy { $0.value >= low && $0.value <= high })
  #expect(Set(ticks.map(\.label)).count == ticks.count)
}

@Test(
  arguments: [
    (3_600_000, "1 Jan"), (day, "1 Jan"), (20 * day, "1 Jan"), (300 * day, "2024-01"), (4000 * day, "2024"),
  ] as [(Int64, String)])
func `Times are labelled by what changes between them`(span: Int64, first: String) {
  let start = Instant(year: 2024, month: 1, day: 1).milliseconds
  let ticks = Axis(from: Double(start), to: Double(start + span), start: 0, end: 100).timeTicks(about: 6)
  #expect((2...14).contains(ticks.count), "\(ticks.map(\.label))")
  #expect(ticks.allSatisfy { $0.value >= Double(start) && $0.value <= Double(start + span) })
  #expect(Set(ticks.map(\.label)).count == ticks.count)
  if span != 20 * day { #expect(ticks.first?.label == first) }
}

@Test func `A line of blocks follows the values`() {
  #expect(Sparkline.draw([0, 1, 2, 3, 4, 5, 6, 7], width: 8) == "▁▂▃▄▅▆▇█")
  #expect(Sparkline.draw([0, 0, 7, 7], width: 2) == "▁█")
  #expect(Sparkline.draw([5, 5, 5], width: 3) == "▅▅▅")
  #expect(Sparkline.draw([], width: 3) == "")
  #expect(Sparkline.draw([1, 2], width: 10).count == 2)
}
