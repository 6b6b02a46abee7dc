@testable import Charts
import Testing

@Test func `Neighbouring cells that miss as much are one mark`() {
  let missing: [Double?] = [nil, nil, 0, 0, 0, 0.05, 0.2, 0.5, 1]
  let marks = PresenceMap(
    title: "", from: 0, until: 9, rows: [.init("close", missing: missing, words: "8 %")]
  )
  .drawing.marks
  // Five of the legend and five of the row.
  #expect(marks.split(separator: "<rect").count - 1 == 10)
  #expect(marks.contains("8 %"))
}
