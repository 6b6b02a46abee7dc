import Artifacts
import Chronology
import Market
import Testing

private let hour: Int64 = 3_600_000
private let start: Int64 = 1_704_067_200_000

private func rows(
  _ steps: [Int], columns: [String] = ["close"], values: [Double]? = nil, entity: String = "A"
) -> SampleRows {
  let width = columns.count
  return SampleRows(
    columns: columns,
    rows: steps.enumerated().map { row, step in
      (
        entity, start + Int64(step) * hour,
        values.map { Array($0[(row * width)..<((row + 1) * width)]) } ?? [Double](repeating: 1, count: width)
      )
    })
}

private func rules(
  interval: Interval? = nil, calendar: Calendar = .continuous, from: Instant? = nil, until: Instant? = nil,
  prices: [String]? = nil, source: String = "csv", memory: Int = 48 << 20
) -> SeriesRules {
  var rules = SeriesRules(
    source: source, interval: interval, calendar: calendar, from: from, until: until, prices: prices)
  rules.memory = memory
  return rules
}

private func hours(_ series: Series) -> [Int] { series.time.map { Int(($0 - start) / hour) } }

@Test func `The interval is the step that occurs most, and missing bars are gaps`() throws {
  let series = try assembled(rows([0, 1, 2, 5, 6, 8, 9, 10])).series
  #expect(series.interval.description == "1h")
  #expect(series.gaps.map(\.count) == [2, 1])
  #expect(series.gaps.map { $0.firstMissing.milliseconds } == [start + 3 * hour, start + 7 * hour])
  #expect(series.gaps.map { $0.lastMissing.milliseconds } == [start + 4 * hour, start + 7 * hour])
}

@Test(arguments: [
  ([0, 1, 1, 2], [1, 2, 3, 4], "x.csv:4: 2024-01-01T01:00:00Z stands twice for 'A'"),
  ([0, 1, 2, 1], [1, 2, 3, 4], "x.csv:5: 2024-01-01T01:00:00Z stands twice"),
  ([2, 1, 1, 0], [1, 2, 3, 4], "x.csv:4: 2024-01-01T01:00:00Z stands twice"),
])
func `A time that stands twice with other values is refused with the row`(
  steps: [Int], values: [Double], expected: String
) {
  let text = refusal(rows(steps, values: values))
  #expect(text.contains(expected), "\(text)")
}

@Test(arguments: [
  ([0, 1, 1, 2], [1, 2, 2, 3], [0, 1, 2], 1, 0), ([0, 1, 2, 1, 3], [1, 2, 3, 2, 4], [0, 1, 2, 3], 1, 1),
  ([0, 2, 1, 3], [1, 3, 2, 4], [0, 1, 2, 3], 0, 1), ([3, 2, 1, 0], [4, 3, 2, 1], [0, 1, 2, 3], 0, 3),
  ([2, 1, 0, 3], [3, 2, 1, 4], [0, 1, 2, 3], 0, 2), ([1, 0], [2, 1], [0, 1], 0, 1),
  ([4, 3, 2, 1, 0], [5, 4, 3, 2, 1], [0, 1, 2, 3, 4], 0, 4),
])
func `Equal rows count once and rows out of order are sorted, with a count and a warning`(
  steps: [Int], values: [Double], expected: [Int], duplicates: Int, sorted: Int
) throws {
  let result = try assembled(rows(steps, values: values))
  #expect(hours(result.series) == expected)
  #expect(result.series.values == expected.map { Double($0 + 1) })
  #expect(result.facts["duplicateRows"]?.integer ?? 0 == duplicates)
  #expect(result.facts["sortedRows"]?.integer ?? 0 == sorted)
  #expect(result.facts["warnings"]?.array?.count == (duplicates > 0 ? 1 : 0) + (sorted > 0 ? 1 : 0))
}

@Test func `Clean rows have no fact about mending, and no file but the arrays`() throws {
  let result = try assembled(rows([0, 1, 2]))
  #expect(result.facts["duplicateRows"] == nil && result.facts["sortedRows"] == nil)
  #expect(result.facts["warnings"] == [])
  #expect(
    result.files == ["gaps.npy", "manifest.json", "offsets.npy", "run.json", "time.npy", "values.npy"])
}

@Test func `Rows out of order that do not fit into memory are refused; newest first they need none`() throws {
  let mixed = rows([0, 2, 1] + Array(3..<40))
  #expect(
    refusal(mixed, rules(memory: 256)).contains(
      "x.csv:4: 2024-01-01T01:00:00Z comes after 2024-01-01T02:00:00Z for 'A'; sort the rows by time"))
  let newestFirst = rows(
    (0..<140_000).reversed(), values: (0..<140_000).reversed().map(Double.init).map { $0 + 1 })
  let series = try assembled(newestFirst, rules(memory: 256)).series
  #expect(series.time == (0..<140_000).map { start + Int64($0) * hour })
  #expect(series.values == (0..<140_000).map { Double($0 + 1) })
}

@Test(arguments: [1 << 20, 1])
func `Rows of several entities are put together, whatever fits into memory`(memory: Int) throws {
  var mixed = SampleRows()
  var expected: [String: [Double]] = [:]
  for step in 0..<50 {
    for (index, name) in ["B", "A", "C"].enumerated() where (step + index) % 3 != 0 {
      mixed.rows.append((name, start + Int64(step) * hour, [Double(step * 10 + index + 1)]))
      expected[name, default: []].append(Double(step * 10 + index + 1))
    }
  }
  let series = try assembled(mixed, rules(interval: Interval("1h"), memory: memory)).series
  #expect(series.entities == ["A", "C", "B"])
  for (number, name) in series.entities.enumerated() {
    #expect(Array(series.values[series.rows(ofEntity: number)]) == expected[name])
  }
}

@Test func `Rows of another interval are refused, unless the interval is given`() throws {
  let mixed = rows(Array(0..<30) + stride(from: 33, to: 133, by: 4))
  #expect(
    refusal(mixed).contains("mixed intervals: the step to the next row is 4h, while most rows are 1h apart"))
  #expect(try assembled(mixed, rules(interval: Interval("1h"))).series.gaps.count == 25)
  var half = rows(Array(0..<10))
  half.rows[9].time -= hour / 2
  #expect(refusal(half).contains("x.csv:10: mixed intervals: the step to the next row is 30m"))
}

@Test func `A few equal gaps in a row are gaps`() throws {
  #expect(try assembled(rows(Array(0..<30) + [32, 34, 36] + Array(37..<50))).series.gaps.count == 3)
}

@Test func `One row shows no interval`() throws {
  #expect(refusal(rows([0])).contains("'A' has 1 row, which shows no interval"))
  #expect(try assembled(rows([0]), rules(interval: Interval("1h"))).series.rowCount == 1)
}

@Test(arguments: [
  (["close"], [1, -1, 1], "x.csv:3: the price -1.0 in column 'close' is not positive"),
  (["Low"], [1, 1, 0], "x.csv:4: the price 0.0 in column 'Low'"),
  (["high", "low"], [2, 1, 1, 2, 2, 1], "x.csv:3: the high 1.0 lies below the low 2.0"),
  (["x"], [1, 1, .infinity], "x.csv:4: 'inf' in column 'x' is no finite decimal number"),
  (["x"], [1, .nan, 1], "x.csv:3: 'nan' in column 'x'"),
])
func `Impossible candles are refused with the row`(columns: [String], values: [Double], expected: String) {
  let text = refusal(rows([0, 1, 2], columns: columns, values: values))
  #expect(text.contains(expected), "\(text)")
}

@Test func `A column that is no price may be negative when it is said to be none`() throws {
  let spread = rows([0, 1, 2], columns: ["close"], values: [1, -1, 1])
  #expect(try assembled(spread, rules(prices: [])).series.values == [1, -1, 1])
  #expect(
    refusal(rows([0, 1], columns: ["bid"], values: [1, -1]), rules(prices: ["bid"])).contains(
      "'bid' is not positive"))
}

@Test func `Negative volume is refused in candles`() {
  let candles = rows([0, 1], columns: ["close", "volume"], values: [1, 5, 1, -5])
  #expect(refusal(candles, rules(source: "klines-json")).contains("the volume -5.0 is negative"))
}

@Test func `Only bars that have closed by until are taken`() throws {
  let until = Instant(milliseconds: start + 5 * hour)
  let series = try assembled(rows([0, 1, 2, 4, 5, 9]), rules(until: until)).series
  #expect(series.time == [0, 1, 2, 4].map { start + Int64($0) * hour })
  #expect(series.gaps.map(\.count) == [1])
  #expect(
    refusal(rows([0, 1, 2]), rules(until: Instant(milliseconds: start))).contains(
      "no bar has closed by until"))
}

@Test func `Until cuts every entity, and what follows moves up`() throws {
  var both = rows([0, 1, 2, 3, 4], values: [1, 2, 3, 4, 5])
  both.rows += rows([0, 1, 2, 3, 4], values: [6, 7, 8, 9, 10], entity: "B").rows
  let series = try assembled(both, rules(until: Instant(milliseconds: start + 2 * hour))).series
  #expect(series.values == [1, 2, 6, 7] && series.offsets == [0, 2, 4])
}

@Test func `Bars before from are left out unseen`() throws {
  let source = rows([0, 1, 2, 3], values: [-1, -1, 3, 4])
  let series = try assembled(source, rules(from: Instant(milliseconds: start + 2 * hour))).series
  #expect(series.values == [3, 4])
  #expect(
    refusal(source, rules(from: Instant(milliseconds: start + 9 * hour))).contains(
      "no row is from 2024-01-01T09:00:00Z or later"))
}

@Test func `Calendar months are an interval when every step is one`() throws {
  var monthly = rows([0, 0, 0, 0])
  for month in 0..<4 { monthly.rows[month].time = Instant(year: 2024, month: month + 1, day: 1).milliseconds }
  #expect(try assembled(monthly).series.interval == .months(1))
}

@Test func `Weekdays have no gap over a weekend, and one over a missing Tuesday`() throws {
  var daily = rows([0, 0, 0, 0, 0])
  for (row, day) in [4, 5, 8, 10, 11].enumerated() {
    daily.rows[row].time = Instant(year: 2024, month: 1, day: day).milliseconds
  }
  let weekdays = rules(interval: Interval("1d"), calendar: .weekdays)
  let series = try assembled(daily, weekdays).series
  #expect(series.gaps.map { $0.firstMissing.description } == ["2024-01-09T00:00:00Z"])
  #expect(series.gaps.map { $0.lastMissing.description } == ["2024-01-09T00:00:00Z"])
  daily.rows[2].time = Instant(year: 2024, month: 1, day: 6).milliseconds
  #expect(refusal(daily, weekdays).contains("is not on the weekdays grid of 1d"))
}
