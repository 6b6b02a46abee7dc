import Artifacts
import Features
import Testing

@Test func `A random split deals out every window once, by its seed, and is stamped`() throws {
  let input = splitInput(rows: 200, entities: ["A", "B"], gaps: [(0, 90, 2)], lookback: 6, span: 3)
  func plan(_ seed: UInt64) throws -> SplitPlan {
    try SplitRule.randomLeaky(train: 0.6, validation: 0.15, test: 0.25, seed: seed).plan(input)
  }
  let fold = try plan(3).folds[0]
  let parts = Split.allCases.map { Array(fold.origins[$0] ?? Origins()) }
  let every = input.segments.flatMap { Array(input.origins(of: $0)) }
  #expect(parts.flatMap { $0 }.sorted() == every)
  #expect(every.count == 376 && parts.map(\.count) == [225, 57, 94])
  #expect(try plan(3).folds == plan(3).folds && plan(3).folds != plan(4).folds)
  #expect(try plan(3).stamp?.contains("dealt to training, validation and test at random") == true)
  // Random, and not one behind the other.
  #expect(parts.allSatisfy { ($0.first ?? 99) < 40 && ($0.last ?? 0) > 360 })
}

@Test func `A training part of one class is refused`() throws {
  let input = splitInput(rows: 60, lookback: 2, span: 1)
  let plan = try SplitRule.rows(validation: 30, test: 45).plan(input)
  let label = (0..<60).map { $0 < 30 ? 1.0 : Double($0 % 2) }
  #expect(
    plan.folds[0].classCounts(of: label, classes: 2) == [
      .train: [0, 28], .validation: [7, 8], .test: [8, 7],
    ])
  let error = #expect(throws: FeatureError.self) {
    try plan.checkClasses(of: label, named: "trend", ["down", "up"])
  }
  #expect(error?.description.contains("training windows have only the class 'up' of 'trend'") == true)
  let both = (0..<60).map { Double($0 % 2) }
  #expect(throws: Never.self) { try plan.checkClasses(of: both, named: "trend", ["down", "up"]) }
}
