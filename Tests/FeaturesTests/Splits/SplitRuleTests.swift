import Artifacts
import Chronology
import Features
import TestSupport
import Testing

private let gaps: [(entity: Int, row: Int, count: Int)] = [(0, 17, 4), (0, 60, 1), (1, 42, 9)]

private func places(_ input: SplitInput, _ validation: Int, _ test: Int, _ end: Int = .max) -> [NaiveSplit
  .Place?]
{
  input.time.map { time in
    let hour = Int((time - splitStart) / splitHour)
    if hour < validation { return (.train, 0) }
    if hour < test { return (.validation, 1) }
    return hour < end ? (.test, 2) : nil
  }
}

@Test(arguments: [1, 3, 6], [(1, 1), (1, 2), (1, 5), (3, 5), (4, 4), (-1, 2)])
func `Windows are those that lie in one run and whose labels lie in one part`(
  lookback: Int, labels: (start: Int, span: Int)
) throws {
  let input = splitInput(
    rows: 80, entities: ["A", "B"], gaps: gaps, lookback: max(lookback, 1 - labels.start),
    labelStart: labels.start, span: labels.span)
  for end in [Int?.none, 75] {
    let rule = SplitRule.dates(
      validation: splitInstant(30), test: splitInstant(55), end: end.map(splitInstant))
    let plan = try rule.plan(input)
    let expected = NaiveSplit(input: input, places: places(input, 30, 55, end ?? .max)).windows()
    #expect(plan.folds.map(\.naive) == [expected])
    #expect(plan.stamp == nil && plan.paths == nil)
  }
}

@Test func `No label of one part is a label of another: the purge is exactly the horizon`() throws {
  let input = splitInput(rows: 60, lookback: 4, span: 5)
  let fold = try #require(
    SplitRule.dates(validation: splitInstant(30), test: splitInstant(45)).plan(input).folds.first)
  func labels(_ split: Split) -> Set<Int> {
    Set((fold.origins[split] ?? Origins()).flatMap { ($0 + 1)...($0 + 5) })
  }
  #expect(labels(.train) == Set(4...29))
  #expect(labels(.validation) == Set(30...44))
  #expect(labels(.test) == Set(45...59))
  #expect(fold.purged == 8)
  #expect(fold.trainingRows == [0..<30])
  #expect(fold.periods[.validation] == Fold.Period(first: input.time[30], last: input.time[44]))
}

@Test func `Transforms learn from rows before validation, run by run`() throws {
  let input = splitInput(
    rows: 40, entities: ["A", "B"], gaps: [(0, 20, 2), (1, 10, 1)], lookback: 2, span: 1)
  let plan = try SplitRule.dates(validation: splitInstant(24), test: splitInstant(32)).plan(input)
  #expect(plan.folds[0].trainingRows == [0..<20, 20..<22, 40..<50, 50..<63])
}

@Test(arguments: [96, 192, 336, 720])
func `The ETT protocol has the windows that are published`(horizon: Int) throws {
  let input = splitInput(rows: 17_420, lookback: 336, span: horizon)
  let fold = try #require(SplitRule.preset(.ettHourly).plan(input).folds.first)
  let test = [96: 2785, 192: 2689, 336: 2545, 720: 2161]
  #expect(fold.origins[.test]?.count == test[horizon])
  #expect(fold.origins[.validation]?.count == test[horizon])
  #expect(fold.origins[.train]?.count == 8640 - 336 - horizon + 1)
  #expect(fold.origins[.train]?.first == 335)
  #expect(fold.origins[.test]?.first == 11_519)
}

@Test func `The ETT protocol of quarter hours has four times the rows`() throws {
  let input = splitInput(rows: 57_600, lookback: 336, span: 96)
  let fold = try #require(SplitRule.preset(.ettMinute).plan(input).folds.first)
  #expect(fold.origins[.train]?.count == 34_560 - 336 - 96 + 1)
  #expect(fold.origins[.test]?.count == 11_520 - 96 + 1)
}

@Test func `A preset that needs more rows says how many`() {
  let error = #expect(throws: FeatureError.self) {
    try SplitRule.preset(.ettHourly).plan(splitInput(rows: 14_399, lookback: 2, span: 1))
  }
  #expect(
    error?.description == "the split 'ett-hourly' needs 14400 rows, and 'A' has 14399; take another split")
}

@Test func `Shares of one entity are shares of its rows`() throws {
  let input = splitInput(rows: 101, lookback: 3, span: 2)
  for whole in SplitRule.Whole.allCases {
    let rule = SplitRule.fractions(train: 0.7, validation: 0.1, test: 0.2, of: whole)
    let expected = NaiveSplit(input: input, places: places(input, 70, 81)).windows()
    #expect(try rule.plan(input).folds.map(\.naive) == [expected])
  }
}

@Test func `Shares of several entities cut all of them on the same date`() throws {
  let input = splitInput(rows: 50, entities: ["A", "B"], gaps: [(1, 10, 30)], lookback: 2, span: 1)
  // 80 times occur: B goes on for 30 hours behind A.
  let plan = try SplitRule.fractions(train: 0.5, validation: 0.3, test: 0.2).plan(input)
  #expect(plan.folds.map(\.naive) == [NaiveSplit(input: input, places: places(input, 40, 64)).windows()])
  #expect(plan.folds[0].origins[.test]?.allSatisfy { $0 >= 50 } == true)
  #expect(plan.stamp == nil)
}

@Test func `Shares of each entity cut it by its own rows, and a stamp says what that lets through`() throws {
  let input = splitInput(rows: 50, entities: ["A", "B"], gaps: [(1, 10, 30)], lookback: 2, span: 1)
  let plan = try SplitRule.fractions(train: 0.6, validation: 0.2, test: 0.2, of: .entity).plan(input)
  let place: [NaiveSplit.Place?] = (0..<100).map {
    $0 % 50 < 30 ? (.train, 0) : $0 % 50 < 40 ? (.validation, 1) : (.test, 2)
  }
  #expect(plan.folds.map(\.naive) == [NaiveSplit(input: input, places: place).windows()])
  #expect(
    plan.stamp == """
      'B' is trained on up to 2024-01-03T11:00:00Z, and 'A' is judged from 2024-01-02T06:00:00Z on: what moves both is \
      seen before; cut all entities on one date
      """)
  #expect(!plan.isRandom)
}

@Test func `A split without validation leaves none between training and test`() throws {
  let input = splitInput(rows: 101, lookback: 3, span: 1)
  let fold = try #require(
    SplitRule.fractions(train: 0.8, validation: 0, test: 0.2).plan(input).folds.first)
  #expect(fold.origins[.validation] == nil && fold.purged == 0)
  #expect((fold.origins[.train]?.last, fold.origins[.test]?.first) as? (Int, Int) ?? (0, 0) == (78, 79))
}

@Test(arguments: [(30, 45, Int?.none), (-30, -15, nil), (30, 45, -5), (30, -15, 55)])
func `Rows are counted from the front or, when negative, from the end of each entity`(
  validation: Int, test: Int, end: Int?
) throws {
  let input = splitInput(rows: 60, entities: ["A", "B"], lookback: 3, span: 2)
  let fold = try SplitRule.rows(validation: validation, test: test, end: end).plan(input).folds.map(\.naive)
  let place = places(input, 30, 45, end == nil ? .max : 55)
  #expect(fold == [NaiveSplit(input: input, places: place).windows()])
}

@Test func `Ranges may leave rows to no part`() throws {
  let input = splitInput(rows: 80, lookback: 3, span: 3)
  func period(_ from: Int, _ to: Int) -> SplitRule.Period {
    SplitRule.Period(from: splitInstant(from), to: splitInstant(to))
  }
  let plan = try SplitRule.ranges(train: period(5, 30), validation: period(35, 50), test: period(50, 70))
    .plan(input)
  let place: [NaiveSplit.Place?] = (0..<80).map {
    switch $0 {
    case 5..<30: (.train, 0)
    case 35..<50: (.validation, 1)
    case 50..<70: (.test, 2)
    default: nil
    }
  }
  #expect(plan.folds.map(\.naive) == [NaiveSplit(input: input, places: place).windows()])
  #expect(plan.folds[0].trainingRows == [5..<30])
}

@Test func `Ranges that overlap are refused with both of them, as a shipped configuration had it`() {
  func month(_ year: Int, _ month: Int) -> Instant { Instant(year: year, month: month, day: 1) }
  let error = #expect(throws: FeatureError.self) {
    try SplitRule.ranges(
      train: SplitRule.Period(from: month(2021, 1), to: month(2022, 2)),
      validation: SplitRule.Period(from: month(2021, 2), to: month(2022, 5)),
      test: SplitRule.Period(from: month(2022, 5), to: month(2022, 8))
    ).plan(splitInput(rows: 30, lookback: 2, span: 1))
  }
  #expect(
    error?.description == """
      'split' would overlap: train from 2021-01-01T00:00:00Z to 2022-02-01T00:00:00Z, validation from \
      2021-02-01T00:00:00Z to 2022-05-01T00:00:00Z; what is fitted on may not be what it is judged by, so end the one \
      where the other begins
      """)
}

@Test(arguments: [(30, 20, 40), (20, 20, 40), (10, 20, 20)])
func `Parts out of order are refused`(validation: Int, test: Int, end: Int) {
  let input = splitInput(rows: 60, lookback: 2, span: 1)
  let error = #expect(throws: FeatureError.self) {
    try SplitRule.dates(
      validation: splitInstant(validation), test: splitInstant(test), end: splitInstant(end)
    ).plan(input)
  }
  #expect(error?.description.hasPrefix("'split': a part that begins at") == true)
}

@Test func `Rows and ranges out of order are refused`() {
  let input = splitInput(rows: 60, lookback: 2, span: 1)
  let rows = #expect(throws: FeatureError.self) { try SplitRule.rows(validation: 40, test: -30).plan(input) }
  #expect(rows?.description.contains("validation begins at 40, the test at 30, and it ends at 60") == true)
  func period(_ from: Int, _ to: Int) -> SplitRule.Period {
    SplitRule.Period(from: splitInstant(from), to: splitInstant(to))
  }
  let ranges = #expect(throws: FeatureError.self) {
    try SplitRule.ranges(train: period(40, 60), validation: period(0, 20), test: period(20, 40)).plan(input)
  }
  #expect(ranges?.description.contains("stands behind") == true)
  #expect(throws: FeatureError.self) {
    try SplitRule.ranges(train: period(10, 10), validation: period(20, 30), test: period(30, 40)).plan(input)
  }
}

@Test func `Too few rows are refused with the arithmetic`() {
  var input = splitInput(rows: 20, gaps: [(0, 12, 1)], lookback: 10, span: 5)
  input.warmup = 2
  let error = #expect(throws: FeatureError.self) {
    try SplitRule.dates(validation: splitInstant(5), test: splitInstant(10)).plan(input)
  }
  #expect(
    error?.description.contains(
      "look-back 10 + horizon 5 + 2 for the transforms need 17 rows without a gap, and the longest run, of 'A', has 14"
    )
      == true)
}

@Test(arguments: [(2, 40, Split.train), (30, 31, .validation), (30, 59, .test)])
func `A part that can hold no window is named`(validation: Int, test: Int, split: Split) {
  let error = #expect(throws: FeatureError.self) {
    try SplitRule.rows(validation: validation, test: test).plan(splitInput(rows: 60, lookback: 4, span: 3))
  }
  #expect(error?.description.contains("no window falls into the \(split.rawValue) part") == true)
}

@Test func `Several horizons of the test follow each other without overlapping, while training steps by one`()
  throws
{
  let input = splitInput(
    rows: 100, gaps: [(0, 82, 1)], lookback: 4, span: 5, strides: SplitInput.Strides(train: 1, test: 5))
  let fold = try #require(SplitRule.rows(validation: 50, test: 70).plan(input).folds.first)
  #expect(fold.origins[.train].map(Array.init) == Array(3...44))
  #expect(fold.origins[.validation].map(Array.init) == [49, 54, 59, 64])
  // The gap before row 82 begins the steps anew.
  #expect(fold.origins[.test].map(Array.init) == [69, 74, 85, 90])
  #expect(fold.origins[.test]?.runs.count == 2)
}

@Test func `Entities that are not judged lose their tail, for their future is the others' as well`() throws {
  var input = splitInput(rows: 60, entities: ["btc", "eth"], lookback: 4, span: 1)
  input.judged = [true, false]
  let fold = try #require(SplitRule.rows(validation: 40, test: 50).plan(input).folds.first)
  #expect(fold.origins[.train]?.count == 2 * 36)
  #expect(fold.origins[.validation].map(Array.init) == Array(39...48))
  #expect(fold.origins[.test].map(Array.init) == Array(49...58))
}

@Test func `A bar of a longer interval that closes behind a border is in no part`() throws {
  // Four-hour bars from midnight on, and a border at 02:00 of the tenth day: the bar before it closes at 04:00.
  let border = splitInstant(9 * 24 + 2)
  let time = (0..<100).map { splitInstant($0 * 4).milliseconds }
  var input = SplitInput(
    entities: ["A"], offsets: [0, 100], time: StoredArray(time), interval: .milliseconds(4 * splitHour),
    segments: [Segment(entity: 0, rows: 0..<100)], lookback: 2, span: 1)
  let rule = SplitRule.dates(validation: border, test: splitInstant(12 * 24))
  #expect(try rule.plan(input).folds[0].origins[.train]?.last == 53)
  input.intervals = [.milliseconds(4 * splitHour)]
  let fold = try #require(rule.plan(input).folds.first)
  #expect(fold.origins[.train]?.last == 52 && fold.origins[.validation]?.first == 54)
  #expect(fold.trainingRows == [0..<54])
}
