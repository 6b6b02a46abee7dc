@testable import Charts
import Testing

private func paths(_ changes: [Double]) -> (rises: Substring, falls: Substring) {
  let times = changes.indices.map { Int64($0) * 3_600_000 }
  let marks = ChangeChart(title: "", times: times, changes: changes).drawing.marks
  let path = { (look: String) in
    marks.split(separator: "\n").first { $0.contains("class=\"\(look)\"") } ?? ""
  }
  return (path("rises"), path("falls"))
}

@Test func `A rise is drawn as a rise and a fall as a fall`() {
  let drawn = paths([1, -1, 2, 0, .nan])
  #expect(drawn.rises.count { $0 == "M" } == 2 && drawn.falls.count { $0 == "M" } == 1)
}

@Test func `Of a hundred thousand changes the greatest rise and fall of each place are left`() {
  var changes = Array(repeating: 0.0, count: 100_000)
  (changes[500], changes[501], changes[70_000]) = (3, -2, 1)
  let drawn = paths(changes)
  #expect(drawn.rises.count { $0 == "M" } == 2 && drawn.falls.count { $0 == "M" } == 1)
}
