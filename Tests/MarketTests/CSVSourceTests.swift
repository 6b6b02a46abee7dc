import Artifacts
import Chronology
import Market
import TestSupport
import Testing

private func read(
  _ text: String, time: String = "date", entity: String? = nil, columns: [String]? = nil, offset: Int = 0
) throws -> RawSeries {
  let folder = TemporaryFolder()
  let path = try folder.write(text, to: "x.csv")
  return try CSVSource(
    files: [.init(entity: "X", path: path)], timeColumn: time, entityColumn: entity, columns: columns,
    offsetMinutes: offset
  ).read()
}

private func message(_ text: String, entity: String? = nil, columns: [String]? = nil) -> String {
  do {
    _ = try read(text, entity: entity, columns: columns)
    return ""
  } catch { return "\(error)" }
}

@Test(arguments: [
  "date,a,b\n2024-01-01,1,2\n2024-01-02,3,4\n", "date,a,b\r\n2024-01-01,1,2\r\n2024-01-02,3,4",
  "date;a;b\n2024-01-01;1;2\n2024-01-02;3;4",
  "date\ta\tb\n2024-01-01\t1\t2\n2024-01-02\t3\t4\n", "date|a|b\n2024-01-01|1|2\n2024-01-02|3|4\n",
  "\u{FEFF}date,a,b\n2024-01-01,1,2\n\n2024-01-02, 3 ,4\n\n",
  "\"date\",\"a\",\"b\"\n\"2024-01-01\",\"1\",\"2\"\n\"2024-01-02\",\"3\",\"4\"\n",
  "date,a,b\r2024-01-01,1,2\r2024-01-02,3,4\r", "a,date,b\n1,2024-01-01,2\n3,2024-01-02,4\n",
])
func `The ways in which files are written give the same rows`(text: String) throws {
  let series = try read(text)
  #expect(series.columns.map(\.name) == ["a", "b"])
  #expect(series.entities.map(\.values) == [[1, 2, 3, 4]])
  #expect(series.entities[0].time == [1_704_067_200_000, 1_704_153_600_000])
}

@Test func `Columns can be chosen, and texts in others do not matter`() throws {
  let series = try read(
    "date,a,note,b\n2024-01-01,1,\"x, \"\"y\"\"\nz\",2\n2024-01-02,3,,4\n", columns: ["b"])
  #expect(series.entities[0].values == [2, 4])
  #expect(series.entities[0].lines == [2, 4])
}

@Test func `A column of entities makes one series of each, in order of appearance`() throws {
  let series = try read("date,who,x\n2024-01-01,B,1\n2024-01-01,A,2\n2024-01-02,B,3\n", entity: "who")
  #expect(series.entities.map(\.name) == ["B", "A"])
  #expect(series.entities.map(\.values) == [[1, 3], [2]])
}

@Test func `Times without an offset are in the zone that was named`() throws {
  #expect(try read("date,a\n2024-01-01 02:00,1\n", offset: 120).entities[0].time == [1_704_067_200_000])
}

@Test(arguments: [
  ("", "x.csv is empty"), ("date,a\n", "x.csv:1: there is a header and no row below it"),
  ("date,a\n2024-01-01,abc\n", "x.csv:2:12: 'abc' in column 'a' is no finite decimal number"),
  ("date,a\n2024-01-01,1\n2024-01-02,\n", "x.csv:3:12: an empty cell in column 'a'"),
  ("date,a\n2024-01-01,nan\n", "x.csv:2:12: 'nan'"), ("date,a\n2024-01-01,-inf\n", "x.csv:2:12: '-inf'"),
  ("date,a\n2024-01-01,1e400\n", "x.csv:2:12: '1e400'"),
  ("date,a\n2024-01-01,0x1p3\n", "x.csv:2:12: '0x1p3'"),
  ("date;a\n2024-01-01;1,5\n", "x.csv:2:12: '1,5'"),
  ("date,a\nyesterday,1\n", "x.csv:2:1: 'yesterday' in column 'date' is no time"),
  ("date,a\n2024-01-01,1,2\n", "x.csv:2: the row has 3 cells, and the header 2"),
  ("date,a\n2024-01-01\n", "x.csv:2: the row has 1 cells"),
  ("day,a\n2024-01-01,1\n", "x.csv:1: there is no column 'date'; there are: day, a"),
  ("date\n2024-01-01\n", "x.csv:1: there is no column besides time"),
  ("date,a,a\n2024-01-01,1,2\n", "x.csv:1: the column 'a' stands twice"),
  ("date,a\n2024-01-01,\"1\n", "x.csv:2: a quote is opened and never closed"),
  ("date,a\n2024-01-01,\"1\"2\n", "x.csv:2:15: something follows a closing quote"),
  ("date,a\n2024-01-01,1\u{0}\n", "x.csv:2:13: a NUL byte"),
])
func `A bad row is refused with file, line, column and remedy`(text: String, expected: String) {
  #expect(message(text).contains(expected), "\(message(text))")
}

@Test func `A row or a header without end is refused`() {
  #expect(
    message("date,a\n2024-01-01," + String(repeating: "1", count: 1 << 21)).contains("longer than 1 MiB"))
  #expect(message(String(repeating: "a,", count: 5000) + "\n").contains("more than 4,096 cells"))
}

@Test func `Several files are one entity each, and must have the same columns`() throws {
  let folder = TemporaryFolder()
  let a = try folder.write("date,x\n2024-01-01,1\n", to: "a.csv")
  let b = try folder.write("date,x\n2024-01-01,2\n", to: "b.csv")
  let c = try folder.write("date,y\n2024-01-01,2\n", to: "c.csv")
  let both = try CSVSource(
    files: [.init(entity: "A", path: a), .init(entity: "B", path: b)], timeColumn: "date"
  ).read()
  #expect(both.entities.map(\.name) == ["A", "B"])
  #expect(throws: MarketError.self) {
    try CSVSource(files: [.init(entity: "A", path: a), .init(entity: "C", path: c)], timeColumn: "date")
      .read()
  }
}
