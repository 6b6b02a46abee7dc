import Artifacts
import Chronology
import Features
import Testing

/// The place of each row in a fold, from first principles: which of the ascending times is whose.
private func places(
  _ input: SplitInput, groups: Int, testing tests: Set<Int>, validation: Double
) -> [NaiveSplit.Place?] {
  let times = Set(input.time).sorted()
  let lead =
    input.segments.compactMap { segment in
      input.origins(of: segment).first.map { input.time[$0 + input.labelStart] }
    }.min().flatMap(times.firstIndex) ?? 0
  let rows = times.count - lead
  func group(_ position: Int) -> Int {
    (0..<groups).last { position >= ($0 == 0 ? 0 : lead + $0 * rows / groups) } ?? 0
  }
  var places: [Int64: NaiveSplit.Place] = [:]
  let free = times.indices.filter { !tests.contains(group($0)) }
  let validated = Set(free.suffix(Int(validation * Double(free.count { $0 >= lead }))))
  for (position, time) in times.enumerated() {
    // Parts that a test group divides do not belong together.
    let before = tests.count { $0 < group(position) }
    if tests.contains(group(position)) {
      places[time] = (.test, group(position))
    } else {
      places[time] = validated.contains(position) ? (.validation, 1_000 + before) : (.train, 2_000 + before)
    }
  }
  return input.time.map { places[$0] }
}

private let samples: [SplitInput] = [
  splitInput(rows: 90, lookback: 1, span: 1), splitInput(rows: 90, lookback: 7, span: 4),
  splitInput(rows: 90, lookback: 3, labelStart: 2, span: 5),
  splitInput(
    rows: 90, entities: ["A", "B"], gaps: [(0, 31, 5), (1, 10, 20), (1, 60, 1)], lookback: 4, span: 3),
]

@Test(arguments: [2, 3, 5], [0, 2, 9])
func `Purged k-fold is what its definition makes of every window`(folds: Int, embargo: Int) throws {
  for input in samples {
    for validation in [0, 0.2] {
      let rule = SplitRule.purgedKFold(
        folds: folds, validation: validation, embargo: embargo > 0 ? .bars(embargo) : nil)
      let plan = try rule.plan(input)
      let expected = (0..<folds).map { fold in
        NaiveSplit(
          input: input, places: places(input, groups: folds, testing: [fold], validation: validation),
          embargo: embargo
        ).windows()
      }
      #expect(plan.folds.map(\.naive) == expected)
      #expect(plan.folds.map(\.testGroups) == (0..<folds).map { [$0] })
    }
  }
}

@Test(arguments: [(4, 1), (4, 2), (4, 3), (6, 2)])
func `Combinatorial folds are what their definition makes of every window`(groups: Int, tests: Int) throws {
  for input in samples {
    for embargo in [0, 3] {
      let rule = SplitRule.combinatorial(
        groups: groups, testGroups: tests, validation: 0.35, embargo: .bars(embargo))
      let plan = try rule.plan(input)
      let expected = plan.folds.map { fold in
        NaiveSplit(
          input: input,
          places: places(input, groups: groups, testing: Set(fold.testGroups), validation: 0.35),
          embargo: embargo
        ).windows()
      }
      #expect(plan.folds.map(\.naive) == expected)
    }
  }
}

@Test func `Every fold keeps the labels of training, validation and test apart`() throws {
  for input in samples {
    for rule in [
      SplitRule.purgedKFold(folds: 4, validation: 0.2),
      .combinatorial(groups: 5, testGroups: 2, validation: 0.2),
    ] {
      for fold in try rule.plan(input).folds {
        // In times, because the other entity's labels count as well.
        let labels = fold.origins.mapValues { origins in
          Set(origins.flatMap { ($0 + input.labelStart)...($0 + input.span) }.map { input.time[$0] })
        }
        let (train, validation, test) = (labels[.train] ?? [], labels[.validation] ?? [], labels[.test] ?? [])
        #expect(train.isDisjoint(with: test) && train.isDisjoint(with: validation))
        #expect(validation.isDisjoint(with: test) && !test.isEmpty)
        let learnt = Set(fold.trainingRows.joined().map { input.time[$0] })
        #expect(learnt.isDisjoint(with: test.union(validation)) && learnt.isSuperset(of: train))
      }
    }
  }
}

@Test func `Training windows that end inside the test are purged, which the best-known library forgets`()
  throws
{
  // https://github.com/hudson-and-thames/mlfinlab/issues/295
  let input = splitInput(rows: 61, lookback: 1, span: 5)
  let fold = try SplitRule.purgedKFold(folds: 3, validation: 0).plan(input).folds[1]
  #expect(fold.origins[.test].map(Array.init) == Array(20...35))
  // Row 21 is the test's first label, 40 its last: training's labels end at 20, and begin again at 41.
  #expect(fold.origins[.train].map(Array.init) == Array(0...15) + Array(40...55))
  #expect(fold.purged == 4 + 4)
  #expect(fold.trainingRows == [0..<21, 41..<61])
}

@Test func `The embargo leaves out windows whose first label follows a test, as snippet 7.3 does`() throws {
  let input = splitInput(rows: 61, lookback: 1, span: 5)
  for embargo in [SpanLength.bars(6), .time(.milliseconds(6 * splitHour)), .share(0.1)] {
    let fold = try SplitRule.purgedKFold(folds: 3, validation: 0, embargo: embargo).plan(input).folds[1]
    #expect(fold.origins[.train].map(Array.init) == Array(0...15) + Array(46...55))
    #expect(fold.embargoed == 6 && fold.purged == 8)
    #expect(fold.trainingRows == [0..<21, 47..<61])
  }
}

@Test(arguments: [(4, 1, 4, 1), (6, 2, 15, 5), (5, 3, 10, 6), (10, 2, 45, 9)])
func `The tests of all folds make whole paths, each with every window once`(
  groups: Int, tests: Int, folds: Int, paths: Int
) throws {
  let input = splitInput(rows: 121, lookback: 2, span: 3)
  let plan = try SplitRule.combinatorial(groups: groups, testGroups: tests, validation: 0).plan(input)
  #expect(plan.folds.count == folds && plan.paths == paths)
  #expect(SplitRule.combinationCount(of: groups, taking: tests) == folds)
  #expect(Set(plan.folds.map(\.testGroups)).count == folds)
  var times: [Int: Int] = [:]
  for fold in plan.folds { for origin in fold.origins[.test] ?? Origins() { times[origin, default: 0] += 1 } }
  // 119 windows less the two that straddle each border between groups.
  #expect(Set(times.values) == [paths] && times.count == input.windowCount - 2 * (groups - 1))
}

@Test func `Every window is the test of one fold, unless it lies across two`() throws {
  for input in samples {
    let plan = try SplitRule.purgedKFold(folds: 3, validation: 0.1).plan(input)
    let tests = plan.folds.flatMap { Array($0.origins[.test] ?? Origins()) }
    #expect(Set(tests).count == tests.count)
    #expect(input.windowCount - tests.count <= 2 * input.entities.count * (input.span - input.labelStart))
  }
}

@Test func `More folds than there are labels are refused`() {
  let input = splitInput(rows: 50, lookback: 5, span: 4)
  for (rule, most) in [
    (SplitRule.purgedKFold(folds: 12, validation: 0), 11), (.purgedKFold(folds: 1, validation: 0), 11),
    (.combinatorial(groups: 12, testGroups: 2, validation: 0), 11),
  ] {
    let error = #expect(throws: FeatureError.self) { try rule.plan(input) }
    guard case .splitTooManyFolds(_, let found, _)? = error else {
      Issue.record("\(rule): \(String(describing: error))")
      continue
    }
    #expect(found == most)
  }
}

@Test func `Choices that leave nothing to learn from, or are too many, are refused`() {
  let input = splitInput(rows: 50, lookback: 5, span: 4)
  let nothing = SplitRule.combinatorial(groups: 6, testGroups: 6, validation: 0)
  #expect(
    throws: FeatureError.unsuitableSetting(
      part: "combinatorial", setting: "test_groups", problem: "6 of 6 leave none to learn from")
  ) { try nothing.plan(input) }
  let many = SplitRule.combinatorial(groups: 60, testGroups: 30, validation: 0)
  #expect(throws: FeatureError.splitTooManyChoices(groups: 60, testGroups: 30, limit: 10_000)) {
    try many.plan(input)
  }
}

@Test func `Choices are counted without overflow`() {
  #expect(SplitRule.combinationCount(of: 20, taking: 3) == 1140)
  #expect(SplitRule.combinationCount(of: 5, taking: 6) == 0)
  #expect(SplitRule.combinationCount(of: 1_000_000, taking: 500_000) == nil)
}
