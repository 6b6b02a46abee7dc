@testable import Charts
import Testing

@Test func `Values with a sign go two ways from zero, and each says its number`() {
  let marks = BarChart(title: "", rows: [.init("up", [2]), .init("down", [-1]), .init("none", [nil])]).drawing
    .marks
  #expect(marks.contains("class=\"rise\"") && marks.contains("class=\"fall\""))
  #expect(marks.contains(">2.00<") && marks.contains(">-1.00<") && marks.contains(">–<"))
}

@Test func `A row with several values has a bar for each name of the legend`() {
  let chart = BarChart(
    title: "", legend: ["train", "test"], rows: [.init("up", [60, 40], words: ["60 % (6)", "40 % (4)"])])
  let marks = chart.drawing.marks
  #expect(marks.contains("60 % (6)") && marks.contains("40 % (4)"))
  #expect(marks.split(separator: "<rect").count - 1 == 4)
}

@Test(arguments: [("short", 100.0), ("A_NAME_OF_CAPITALS_THAT_NEVER_ENDS", 100), ("", 10), ("ab", 1)])
func `A name that does not fit is cut off`(name: String, width: Double) {
  let shown = ChartFrame.shortened(name, to: width, letter: 6.2)
  #expect(shown == name || shown.hasSuffix("…"))
  #expect(shown.count <= 1 || ChartFrame.width(of: shown.dropLast(), letter: 6.2) <= width)
}
