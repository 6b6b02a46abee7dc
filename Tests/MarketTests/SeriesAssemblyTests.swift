import Artifacts
import Chronology
import Market
import Testing

private let hour: Int64 = 3_600_000
private let start: Int64 = 1_704_067_200_000

private func raw(_ steps: [Int], columns: [String] = ["close"], values: [Double]? = nil, name: String = "A")
  -> RawSeries
{
  var entity = RawEntity(name: name, file: "x.csv")
  entity.time = steps.map { start + Int64($0) * hour }
  entity.lines = steps.indices.map { Int32($0 + 2) }
  entity.values = values ?? [Double](repeating: 1, count: steps.count * columns.count)
  return RawSeries(columns: columns.map { Series.Column(name: $0) }, entities: [entity])
}

private func assembly(
  interval: Interval? = nil, calendar: Calendar = .continuous, until: Instant? = nil, prices: [String]? = nil,
  source: String = "csv"
) -> SeriesAssembly {
  SeriesAssembly(source: source, interval: interval, calendar: calendar, until: until, prices: prices)
}

private func message(_ raw: RawSeries, _ assembly: SeriesAssembly = assembly()) -> String {
  do {
    _ = try assembly.series(from: raw)
    return ""
  } catch { return "\(error)" }
}

@Test func `The interval is the step that occurs most, and missing bars are gaps`() throws {
  let series = try assembly().series(from: raw([0, 1, 2, 5, 6, 8, 9, 10]))
  #expect(series.interval.description == "1h")
  #expect(series.gaps.map(\.count) == [2, 1])
  #expect(series.gaps.map { $0.firstMissing.milliseconds } == [start + 3 * hour, start + 7 * hour])
  #expect(series.gaps.map { $0.lastMissing.milliseconds } == [start + 4 * hour, start + 7 * hour])
}

@Test(arguments: [
  ([0, 1, 1, 2], "x.csv:4: 2024-01-01T01:00:00Z stands twice for 'A'"),
  ([0, 2, 1, 3], "x.csv:4: 2024-01-01T01:00:00Z comes after 2024-01-01T02:00:00Z for 'A'"),
  ([0, 1, 2, 1], "x.csv:5: 2024-01-01T01:00:00Z stands twice"),
])
func `Times that do not increase are refused with the row`(steps: [Int], expected: String) {
  #expect(message(raw(steps)).contains(expected), "\(message(raw(steps)))")
}

@Test func `Rows of another interval are refused, unless the interval is given`() throws {
  let mixed = raw(Array(0..<30) + stride(from: 33, to: 133, by: 4))
  #expect(
    message(mixed).contains("mixed intervals: the step to the next row is 4h, while most rows are 1h apart"))
  #expect(try assembly(interval: Interval("1h")).series(from: mixed).gaps.count == 25)
  var half = raw(Array(0..<10))
  half.entities[0].time[9] -= hour / 2
  #expect(message(half).contains("x.csv:10: mixed intervals: the step to the next row is 30m"))
}

@Test func `A few equal gaps in a row are gaps`() throws {
  #expect(try assembly().series(from: raw(Array(0..<30) + [32, 34, 36] + Array(37..<50))).gaps.count == 3)
}

@Test func `One row shows no interval`() throws {
  #expect(message(raw([0])).contains("'A' has 1 row, which shows no interval"))
  #expect(try assembly(interval: Interval("1h")).series(from: raw([0])).rowCount == 1)
}

@Test(arguments: [
  (["close"], [1, -1, 1], "x.csv:3: the price -1.0 in column 'close' is not positive"),
  (["Low"], [1, 1, 0], "x.csv:4: the price 0.0 in column 'Low'"),
  (["high", "low"], [2, 1, 1, 2, 2, 1], "x.csv:3: the high 1.0 lies below the low 2.0"),
])
func `Impossible candles are refused with the row`(columns: [String], values: [Double], expected: String) {
  let text = message(raw([0, 1, 2], columns: columns, values: values))
  #expect(text.contains(expected), "\(text)")
}

@Test func `A column that is no price may be negative when it is said to be none`() throws {
  let spread = raw([0, 1, 2], columns: ["close"], values: [1, -1, 1])
  #expect(try assembly(prices: []).series(from: spread).values == [1, -1, 1])
  #expect(
    message(raw([0, 1], columns: ["bid"], values: [1, -1]), assembly(prices: ["bid"])).contains(
      "'bid' is not positive"))
}

@Test func `Negative volume is refused in candles`() {
  let candles = raw([0, 1], columns: ["close", "volume"], values: [1, 5, 1, -5])
  #expect(message(candles, assembly(source: "klines-json")).contains("the volume -5.0 is negative"))
}

@Test func `Only bars that have closed by until are taken`() throws {
  let until = Instant(milliseconds: start + 5 * hour)
  let series = try assembly(until: until).series(from: raw([0, 1, 2, 4, 5, 9]))
  #expect(series.time == [0, 1, 2, 4].map { start + Int64($0) * hour })
  #expect(series.gaps.map(\.count) == [1])
  #expect(
    message(raw([0, 1, 2]), assembly(until: Instant(milliseconds: start))).contains(
      "no bar has closed by until"))
}

@Test func `Calendar months are an interval when every step is one`() throws {
  var monthly = raw([0, 0, 0, 0])
  monthly.entities[0].time = (1...4).map { Instant(year: 2024, month: $0, day: 1).milliseconds }
  #expect(try assembly().series(from: monthly).interval == .months(1))
}

@Test func `Weekdays have no gap over a weekend, and one over a missing Tuesday`() throws {
  var daily = raw([0, 0, 0, 0, 0])
  daily.entities[0].time = [4, 5, 8, 10, 11].map { Instant(year: 2024, month: 1, day: $0).milliseconds }
  let series = try assembly(interval: Interval("1d"), calendar: .weekdays).series(from: daily)
  #expect(series.gaps.map { $0.firstMissing.description } == ["2024-01-09T00:00:00Z"])
  #expect(series.gaps.map { $0.lastMissing.description } == ["2024-01-09T00:00:00Z"])
  daily.entities[0].time[2] = Instant(year: 2024, month: 1, day: 6).milliseconds
  #expect(
    message(daily, assembly(interval: Interval("1d"), calendar: .weekdays)).contains(
      "is not on the weekdays grid of 1d"))
}
