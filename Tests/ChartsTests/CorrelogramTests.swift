@testable import Charts
import Testing

@Test(arguments: [(100, 0.196), (10_000, 0.0196), (0, 1)])
func `White noise stays within 1.96 by the root of the count`(count: Int, bound: Double) {
  #expect(Correlogram(title: "", correlations: [], count: count).bound == bound)
}

@Test func `Every lag has a stem`() {
  let marks = Correlogram(title: "", correlations: [0.9, 0.5, -0.2], count: 100).drawing.marks
  let stems = marks.split(separator: "\n").first { $0.contains("class=\"stem\"") } ?? ""
  #expect(stems.count { $0 == "M" } == 3)
  #expect(marks.split(separator: "class=\"bound\"").count == 3)
}
