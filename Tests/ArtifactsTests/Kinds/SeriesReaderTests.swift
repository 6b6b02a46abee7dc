import Artifacts
import Chronology
import TestSupport
import Testing

private let series = SampleSeries.make(
  rows: 30, entities: ["A", "B"], columns: ["close", "volume", "trades"], gaps: [(1, 10, 3), (0, 4, 1)])

private func publish(
  _ series: Series, in folder: TemporaryFolder, _ change: (inout [String: JSON]) -> Void = { _ in }
) throws -> Artifact {
  try folder.publish(.series, step: "series") { publication in
    var facts = try series.write(to: publication)
    change(&facts)
    return facts
  }
}

@Test func `A series is read column by column as it was written`() throws {
  let folder = TemporaryFolder()
  let reader = try SeriesReader(try publish(series, in: folder))
  #expect(reader.entities == series.entities && reader.columns == series.columns)
  #expect(reader.interval == series.interval && reader.calendar == series.calendar && reader.source == "csv")
  #expect(Array(reader.time) == series.time && reader.offsets == series.offsets && reader.gaps == series.gaps)
  #expect(reader.columns([2, 0]) == [series.column(2), series.column(0)])
  #expect(reader.columns([1]) == [series.column(1)])
  #expect(reader.columns([]) == [])
}

@Test func `Rows are picked from all columns`() throws {
  let folder = TemporaryFolder()
  let reader = try SeriesReader(try publish(series, in: folder))
  let rows = Array(3..<5) + Array(40..<43)
  #expect(
    reader.columns(ofRows: [3..<5, 40..<43])
      == (0..<3).map { column in rows.map { series.column(column)[$0] } })
  #expect(reader.columns(ofRows: []) == [[], [], []])
}

@Test func `A column longer than a block is whole`() throws {
  let folder = TemporaryFolder()
  let long = SampleSeries.make(rows: 70_000, columns: ["a", "b"]) { _, column, row in Double(2 * row + column)
  }
  let reader = try SeriesReader(try publish(long, in: folder))
  #expect(reader.columns([1])[0] == (0..<70_000).map { Double(2 * $0 + 1) })
}

@Test func `An artifact of another kind, or whose facts do not fit its arrays, is refused`() throws {
  let folder = TemporaryFolder()
  let other = try folder.publish(.windows, step: "windows") { try series.write(to: $0) }
  #expect(throws: ArtifactError.self) { try SeriesReader(other) }
  let fewer = TemporaryFolder()
  let artifact = try publish(series, in: fewer) { $0["entities"] = ["A"] }
  #expect(throws: ArtifactError.noFact(artifact: artifact.directory, name: "entities")) {
    try SeriesReader(artifact)
  }
  let narrow = TemporaryFolder()
  let columns = try publish(series, in: narrow) { facts in
    facts["columns"] = .array(Array((facts["columns"]?.array ?? []).prefix(2)))
  }
  #expect(throws: ArtifactError.self) { try SeriesReader(columns) }
}
