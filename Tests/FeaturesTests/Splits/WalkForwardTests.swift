import Artifacts
import Chronology
import Features
import Testing

/// Folds as the definition has them, in rows of one entity.
private func naive(
  _ input: SplitInput, folds: Int, test: Int, validation: Int, rolling: Int?, embargo: Int
) -> [NaiveSplit.Result] {
  (0..<folds).map { fold in
    let rows = input.time.count
    let start = rows - (folds - fold) * test
    let first = rolling.map { start - $0 } ?? 0
    func places(_ embargo: Int) -> [NaiveSplit.Place?] {
      (0..<rows).map { row in
        if row >= start { return row < start + test ? (.test, 2) : nil }
        if row >= start - validation { return row < start - embargo ? (.validation, 1) : nil }
        return row >= first && row < start - validation - embargo ? (.train, 0) : nil
      }
    }
    let whole = NaiveSplit(input: input, places: places(0)).windows()
    var result = NaiveSplit(input: input, places: places(embargo)).windows()
    result.purged = whole.purged
    result.embargoed =
      whole.origins.values.map(\.count).reduce(0, +)
      - result.origins.values.map(\.count).reduce(0, +)
    return result
  }
}

@Test(arguments: [Int?.none, 30], [0, 4])
func `Folds walk forward, each tested on rows that none before it has seen`(rolling: Int?, embargo: Int)
  throws
{
  for (lookback, span) in [(1, 1), (4, 3), (6, 5)] {
    for validation in [0, 12] {
      let input = splitInput(rows: 100, gaps: [(0, 33, 2), (0, 71, 1)], lookback: lookback, span: span)
      let rule = SplitRule.walkForward(
        SplitRule.WalkForward(
          folds: 5, test: .bars(12), validation: validation > 0 ? .bars(validation) : nil,
          window: rolling.map { .rolling(.bars($0)) } ?? .expanding,
          embargo: embargo > 0 ? .bars(embargo) : nil))
      let plan = try rule.plan(input)
      #expect(
        plan.folds.map(\.naive)
          == naive(
            input, folds: 5, test: 12, validation: validation, rolling: rolling, embargo: embargo))
      let tests = plan.folds.flatMap { Array($0.origins[.test] ?? Origins()) }
      #expect(Set(tests).count == tests.count && tests == tests.sorted())
    }
  }
}

@Test func `Lengths may be months, days or shares`() throws {
  // 182 days of 2024: January to June.
  let input = splitInput(rows: 182 * 24, lookback: 5, span: 2)
  let rule = SplitRule.WalkForward(
    folds: 3, test: .time(.months(1)), validation: .time(.milliseconds(7 * 24 * splitHour)),
    window: .rolling(.time(.months(2))))
  let plan = try SplitRule.walkForward(rule).plan(input)
  func first(_ split: Split) -> [String] {
    plan.folds.map { Instant(milliseconds: $0.periods[split]?.first ?? 0).readable(dateOnlyAtMidnight: true) }
  }
  #expect(first(.test) == ["2024-04-01", "2024-05-01", "2024-06-01"])
  #expect(first(.validation) == ["2024-03-25", "2024-04-24", "2024-05-25"])
  #expect(plan.folds.map { ($0.trainingRows.first?.lowerBound ?? 0) / 24 } == [31, 60, 91])
  #expect(
    plan.folds.map { Instant(milliseconds: $0.periods[.test]?.last ?? 0).readable() } == [
      "2024-04-30 23:00", "2024-05-31 23:00", "2024-06-30 23:00",
    ])

  let shares = SplitRule.WalkForward(folds: 4, test: .share(0.1), validation: .share(0.25))
  let hundred = try SplitRule.walkForward(shares).plan(splitInput(rows: 100, lookback: 2, span: 1))
  #expect(hundred.folds.map(\.trainingRows) == [[0..<45], [0..<53], [0..<60], [0..<68]])

  // Of a rolling window of 40 rows a quarter validates.
  let rolling = SplitRule.WalkForward(
    folds: 2, test: .share(0.1), validation: .share(0.25), window: .rolling(.share(0.4)))
  let forty = try SplitRule.walkForward(rolling).plan(splitInput(rows: 100, lookback: 2, span: 1))
  #expect(forty.folds.map(\.trainingRows) == [[40..<70], [50..<80]])
}

@Test func `More folds than the rows hold are refused with how many they do`() {
  let input = splitInput(rows: 100, lookback: 2, span: 1)
  func most(_ rule: SplitRule.WalkForward) -> Int? {
    let error = #expect(throws: FeatureError.self) { try SplitRule.walkForward(rule).plan(input) }
    guard case .splitTooManyFolds(_, let most, _)? = error else { return nil }
    return most
  }
  typealias Rule = SplitRule.WalkForward
  #expect(most(Rule(folds: 12, test: .bars(10), validation: nil)) == 9)
  #expect(most(Rule(folds: 9, test: .bars(10), validation: .bars(10))) == 8)
  #expect(most(Rule(folds: 9, test: .bars(10), validation: .bars(5), window: .rolling(.bars(35)))) == 6)
  #expect(most(Rule(folds: 3, test: .time(.months(1)), validation: nil)) == 0)
}

@Test func `A length that holds no row, and a fold without a window, are refused`() {
  let input = splitInput(rows: 100, lookback: 8, span: 3)
  func description(_ rule: SplitRule.WalkForward) -> String {
    let error = #expect(throws: FeatureError.self) { try SplitRule.walkForward(rule).plan(input) }
    return error?.description ?? ""
  }
  typealias Rule = SplitRule.WalkForward
  #expect(description(Rule(folds: 2, test: .share(0.001), validation: nil)).contains("holds no row of 100"))
  #expect(
    description(Rule(folds: 2, test: .bars(10), validation: .share(0.001))).contains("a validation part of"))
  #expect(
    description(Rule(folds: 4, test: .bars(20), validation: .bars(12))).contains(
      "no window falls into the train part of fold 0 of 0…3"))
  #expect(
    description(Rule(folds: 2, test: .bars(10), validation: .bars(2))).contains(
      "no window falls into the validation part of fold 0 of 0…1"))
}
