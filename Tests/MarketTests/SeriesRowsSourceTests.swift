import Artifacts
import Chronology
import Market
import TestSupport
import Testing

private let week: Int64 = 7 * 86_400_000
private let rules = SeriesRules(source: "csv-series", interval: .milliseconds(week), calendar: .continuous)

private func source(
  _ texts: [String], in folder: TemporaryFolder, align: SeriesRowsSource.Alignment = .start
) throws -> SeriesRowsSource {
  SeriesRowsSource(
    paths: try texts.enumerated().map { try folder.write($0.element, to: "\($0.offset).csv") },
    column: "value", start: Instant(milliseconds: 0), interval: .milliseconds(week), alignment: align)
}

private func message(_ texts: String...) throws -> String {
  let folder = TemporaryFolder()
  return refusal(try source(texts, in: folder), rules).replacing(folder.path + "/", with: "")
}

private let train = "\"id\",\"V2\",\"V3\",\"V4\"\n\"W1\",\"1\",\"2.5\",\"\"\nW2,4,5,6\n"
private let test = "id;V2\nW2;7\nW1;3\n"

@Test func `Series of different lengths begin together, and go on in a second file`() throws {
  let folder = TemporaryFolder()
  let series = try assembled(try source([train, test], in: folder), rules).series
  #expect(series.entities == ["W1", "W2"] && series.columns.map(\.name) == ["value"])
  #expect(series.values == [1, 2.5, 3, 4, 5, 6, 7])
  #expect(series.time == [0, week, 2 * week, 0, week, 2 * week, 3 * week])
}

@Test func `Series of different lengths end together where they are to`() throws {
  let folder = TemporaryFolder()
  let series = try assembled(try source([train, test], in: folder, align: .end), rules).series
  #expect(series.values == [1, 2.5, 3, 4, 5, 6, 7])
  #expect(series.time == [week, 2 * week, 3 * week, 0, week, 2 * week, 3 * week])
}

@Test func `A series of more cells than a table has columns is read`() throws {
  let folder = TemporaryFolder()
  let values = (1...20_000).map { "\($0)" }.joined(separator: ",")
  let series = try assembled(try source(["id,V2\nD1," + values], in: folder), rules).series
  #expect(series.values.count == 20_000 && series.values.last == 20_000)
}

@Test func `What is no series is refused with its place`() throws {
  #expect(try message("") == "0.csv is empty; check the download, or the path of the source")
  #expect(
    try message("id,V2\n") == "0.csv:1: there is a header and no row below it; check the download")
  #expect(
    try message("W1,5,6\nW2,7,8\n")
      == "0.csv:1: the first row is a series, where the names of the cells belong; add a row of names")
  #expect(
    try message("id,V2,V3,V4\nW1,1,,3\n")
      == "0.csv:2:6: an empty cell within the series 'W1'; values follow each other")
  #expect(try message("id,V2,V3\nW1,,\n") == "0.csv:2: the series 'W1' has no values")
  #expect(
    try message("id,V2\nW1,1\nW1,2\n") == "0.csv:3: the series 'W1' stands twice; remove one of the rows")
  #expect(
    try message("id,V2\nW1,1\n", "id,V2\nW2,2\n")
      == "1.csv:2: the series 'W2' goes on, and 0.csv has none of that name")
  #expect(try message("id,V2\nW1,1\nW2,x\n").hasPrefix("0.csv:3:4: 'x' in column 'value' is no finite"))
}

@Test func `A value that breaks a rule is told by file, line and place in its row`() throws {
  let folder = TemporaryFolder()
  for alignment in SeriesRowsSource.Alignment.allCases {
    var strict = rules
    strict.prices = ["value"]
    let said = refusal(
      try source(["id,V2,V3\nW1,1,2\nW2,3\n", "id,V2\nW1,4\nW2,-5\n"], in: folder, align: alignment), strict)
    #expect(said.replacing(folder.path + "/", with: "").hasPrefix("1.csv:3, value 1: the price -5"))
  }
}
