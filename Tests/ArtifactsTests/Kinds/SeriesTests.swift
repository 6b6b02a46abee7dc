import Artifacts
import Chronology
import TestSupport
import Testing

@Test func `A series is read as it was written`() throws {
  let folder = TemporaryFolder()
  let series = SampleSeries.make(
    rows: 30, entities: ["A", "B"], columns: ["close", "volume"], gaps: [(1, 10, 3)])
  let artifact = try folder.publish(.series, step: "series") { try series.write(to: $0) }
  #expect(try Series(reading: artifact) == series)
  #expect(artifact.manifest.facts["gaps"] == 1)
  #expect(artifact.manifest.facts["missingBars"] == 3)
  #expect(artifact.manifest.facts["rows"] == 60)
}

@Test func `Runs without a gap end where bars are missing`() {
  let series = SampleSeries.make(rows: 20, entities: ["A", "B"], gaps: [(0, 5, 1), (0, 6, 2), (1, 19, 4)])
  #expect(series.segments(ofEntity: 0) == [0..<5, 5..<6, 6..<20])
  #expect(series.segments(ofEntity: 1) == [20..<39, 39..<40])
}

@Test func `A column is every C-th value`() {
  let series = SampleSeries.make(rows: 3, columns: ["a", "b"]) { _, column, row in Double(row * 10 + column) }
  #expect(series.column(1) == [1, 11, 21])
}
