import Artifacts
import Chronology
import Market
import TestSupport
import Testing

private func source(
  _ text: String, in folder: TemporaryFolder, time: String? = "date", entity: String? = nil,
  columns: [String]? = nil, offset: Int = 0, pieces: Int = 1 << 20
) throws -> CSVSource {
  var source = CSVSource(
    files: [.init(entity: "X", path: try folder.write(text, to: "x.csv"))], timeColumn: time,
    entityColumn: entity, columns: columns, offsetMinutes: offset)
  source.pieceLength = pieces
  source.interval = .milliseconds(86_400_000)
  return source
}

private let daily = SeriesRules(source: "csv", interval: .milliseconds(86_400_000), calendar: .observed)

private func read(
  _ text: String, time: String? = "date", entity: String? = nil, columns: [String]? = nil, offset: Int = 0,
  pieces: Int = 1 << 20
) throws -> Series {
  let folder = TemporaryFolder()
  return try assembled(
    source(text, in: folder, time: time, entity: entity, columns: columns, offset: offset, pieces: pieces),
    daily
  ).series
}

private func message(
  _ text: String, entity: String? = nil, columns: [String]? = nil, pieces: Int = 1 << 20
) -> String {
  do {
    _ = try read(text, entity: entity, columns: columns, pieces: pieces)
    return ""
  } catch { return "\(error)" }
}

@Test(
  arguments: [
    "date,a,b\n2024-01-01,1,2\n2024-01-02,3,4\n", "date,a,b\r\n2024-01-01,1,2\r\n2024-01-02,3,4",
    "date;a;b\n2024-01-01;1;2\n2024-01-02;3;4",
    "date\ta\tb\n2024-01-01\t1\t2\n2024-01-02\t3\t4\n", "date|a|b\n2024-01-01|1|2\n2024-01-02|3|4\n",
    "\u{FEFF}date,a,b\n2024-01-01,1,2\n\n2024-01-02, 3 ,4\n\n",
    "\"date\",\"a\",\"b\"\n\"2024-01-01\",\"1\",\"2\"\n\"2024-01-02\",\"3\",\"4\"\n",
    "date,a,b\r2024-01-01,1,2\r2024-01-02,3,4\r", "a,date,b\n1,2024-01-01,2\n3,2024-01-02,4\n",
    "date,a,b\n2024-01-01 00:00:00,1,2.\n2024-01-02T00:00Z,+3.0,4e0\n",
    "date,a,b\n1704067200,1,2\n1704153600000,3,4\n",
    "date,a,b\n2024-01-01 00:00:00+00:00,1,2\n2024-01-02 00:00:00.000Z,3,4\n",
  ], [1, 7, 1 << 20])
func `The ways in which files are written give the same rows, wherever pieces are cut`(
  text: String, pieces: Int
) throws {
  let series = try read(text, pieces: pieces)
  #expect(series.columns.map(\.name) == ["a", "b"])
  #expect(series.values == [1, 2, 3, 4])
  #expect(series.time == [1_704_067_200_000, 1_704_153_600_000])
}

@Test(arguments: [3, 1 << 20])
func `Columns can be chosen, and texts in others do not matter`(pieces: Int) throws {
  let series = try read(
    "date,a,note,b\n2024-01-01,1,\"x, \"\"y\"\"\nz\",2\n2024-01-02,3,,4\n", columns: ["b"], pieces: pieces)
  #expect(series.values == [2, 4])
}

@Test(arguments: [5, 1 << 20])
func `A column of entities makes one series of each, in order of appearance`(pieces: Int) throws {
  let series = try read(
    "date,who,x\n2024-01-01,B,1\n2024-01-01,A,2\n2024-01-02,B,3\n2024-01-02,\"A\",4\n2024-01-03,B ,5\n",
    entity: "who", pieces: pieces)
  #expect(series.entities == ["B", "A"])
  #expect(series.values == [1, 3, 5, 2, 4] && series.offsets == [0, 3, 5])
}

@Test func `Times without an offset are in the zone that was named`() throws {
  #expect(try read("date,a\n2024-01-01 02:00,1\n", offset: 120).time == [1_704_067_200_000])
}

@Test func `Rows without times are numbered from the start, each entity's its own`() throws {
  #expect(try read("a,b\n1,2\n3,4\n", time: nil).time == [0, 86_400_000])
  let both = try read("who,a\nA,1\nB,2\nA,3\n", time: nil, entity: "who", pieces: 4)
  #expect(both.time == [0, 86_400_000, 0] && both.values == [1, 3, 2])
  let tanks = "\"uEst\",\"yEst\",\"Ts\",\n3.2567,5.205,4,\n3.2466,5.2154,,\n"
  #expect(try read(tanks, time: nil, columns: ["uEst", "yEst"]).values == [3.2567, 5.205, 3.2466, 5.2154])
}

@Test(
  arguments: [
    ("", "x.csv is empty"), ("date,a\n", "x.csv:1: there is a header and no row below it"),
    ("date,a\n2024-01-01,abc\n", "x.csv:2:12: 'abc' in column 'a' is no finite decimal number"),
    ("date,a\n2024-01-01,1\n2024-01-02,\n", "x.csv:3:12: an empty cell in column 'a'"),
    ("date,a\n2024-01-01,nan\n", "x.csv:2:12: 'nan'"), ("date,a\n2024-01-01,-inf\n", "x.csv:2:12: '-inf'"),
    ("date,a\n2024-01-01,1e400\n", "x.csv:2:12: '1e400'"),
    ("date,a\n2024-01-01,0x1p3\n", "x.csv:2:12: '0x1p3'"),
    ("date;a\n2024-01-01;1,5\n", "x.csv:2:12: '1,5'"),
    ("date,a\nyesterday,1\n", "x.csv:2:1: 'yesterday' in column 'date' is no time"),
    ("date,a\n2024-02-30 00:00:00,1\n2024-01-01,1\n", "x.csv:2:1: '2024-02-30 00:00:00' in column 'date'"),
    ("date,a\n2024-01-01 24:00:00,1\n2024-01-01,1\n", "x.csv:2:1: '2024-01-01 24:00:00'"),
    ("date,a\n2024-01-01,1,2\n", "x.csv:2: the row has 3 cells, and the header 2"),
    ("date,a\n2024-01-01\n", "x.csv:2: the row has 1 cells"),
    ("day,a\n2024-01-01,1\n", "x.csv:1: there is no column 'date'; there are: day, a"),
    ("date\n2024-01-01\n", "x.csv:1: there is no column besides time"),
    ("date,a,a\n2024-01-01,1,2\n", "x.csv:1: the column 'a' stands twice"),
    ("date,a\n2024-01-01,\"1\n", "x.csv:2: a quote is opened and never closed"),
    ("date,a\n2024-01-01,\"1\"2\n", "x.csv:2:15: something follows a closing quote"),
    ("date,a\n2024-01-01,1\"\n", "x.csv:2:13: a quote inside a cell that begins without one"),
    ("date,a\n2024-01-01,1\u{0}\n", "x.csv:2:13: a NUL byte"),
    ("date,close\n2024-01-01,1\n\n2024-01-02,2\n2024-01-03,0\n", "x.csv:5: the price 0.0"),
    ("date,a\n2024-01-01,1\n2024-01-02,2\n2024-01-02,3\n", "x.csv:4: 2024-01-02T00:00:00Z stands twice"),
  ], [1, 1 << 20])
func `A bad row is refused with file, line, column and remedy`(case entry: (String, String), pieces: Int) {
  let text = message(entry.0, pieces: pieces)
  #expect(text.contains(entry.1), "\(text)")
}

@Test func `A row or a header without end is refused`() {
  #expect(
    message("date,a\n2024-01-01," + String(repeating: "1", count: 1 << 21)).contains("longer than 1 MiB"))
  #expect(
    message("date,a\n2024-01-01,\"" + String(repeating: "1\n", count: 3 << 20)).contains("longer than 1 MiB"))
  #expect(message(String(repeating: "a,", count: 5000) + "\n").contains("more than 4,096 cells"))
  #expect(message(String(repeating: "a,", count: 2 << 20)).contains("more than 4,096 cells"))
}

@Test func `A mistake far down is found with its line, whichever thread meets it`() throws {
  let folder = TemporaryFolder()
  var lines = (0..<40_000).map { "\(1_700_000_000 + $0 * 60),\"\($0)\n\",\($0)" }
  lines[35_000] = "1702099940,\"x\n\",5"
  let bad = try source(
    "date,note,a\n" + lines.joined(separator: "\n"), in: folder, columns: ["a"], pieces: 1 << 14)
  // Two lines a row below the header.
  #expect(refusal(bad).contains("x.csv:70002:"), "\(refusal(bad))")
  lines[35_000] = "1702100000,\"x\n\",5e"
  let worse = try source(
    "date,note,a\n" + lines.joined(separator: "\n"), in: folder, columns: ["a"], pieces: 1 << 14)
  #expect(refusal(worse).contains("x.csv:70003:3: '5e' in column 'a'"), "\(refusal(worse))")
}

@Test func `One thread or several give the same series`() throws {
  let folder = TemporaryFolder()
  let lines = (0..<30_000).map { "\(1_700_000_000 + $0 * 60),\(Double($0) / 7),\($0 % 3 == 0 ? "A" : "B")" }
  var many = try source(
    "date,a,who\n" + lines.joined(separator: "\n"), in: folder, entity: "who", pieces: 1 << 13)
  let rules = SeriesRules(source: "csv", interval: .milliseconds(60_000), calendar: .continuous)
  let threaded = try assembled(many, rules).series
  many.threads = 0
  #expect(try assembled(many, rules).series == threaded)
  #expect(threaded.rowCount == 30_000)
}

@Test func `Several files are one entity each, and must have the same columns`() throws {
  let folder = TemporaryFolder()
  let a = try folder.write("date,x\n2024-01-01,1\n", to: "a.csv")
  let b = try folder.write("date,x\n2024-01-01,2\n", to: "b.csv")
  let c = try folder.write("date,y\n2024-01-01,2\n", to: "c.csv")
  let both = CSVSource(files: [.init(entity: "A", path: a), .init(entity: "B", path: b)], timeColumn: "date")
  #expect(try assembled(both, daily).series.entities == ["A", "B"])
  let mixed = CSVSource(
    files: [.init(entity: "A", path: a), .init(entity: "C", path: c)], timeColumn: "date")
  #expect(refusal(mixed, daily).contains("c.csv:1: its columns are [\"y\"], and those of"))
}
