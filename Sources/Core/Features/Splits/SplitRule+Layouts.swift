import Artifacts
import Chronology

extension SplitRule {
  /// Where the labels of each fold's parts lie; none for windows that are dealt out at random.
  func layouts(of input: SplitInput) throws(FeatureError) -> [FoldLayout] {
    switch self {
    case .dates(let validation, let test, let end):
      try Self.check(order: [validation, test] + (end.map { [$0] } ?? []))
      return [FoldLayout(Self.stretches(validation, test, end), of: input)]
    case .ranges(let train, let validation, let test):
      return [FoldLayout(try Self.stretches(train, validation, test), of: input)]
    case .fractions(let train, let validation, let test, let whole):
      return [
        Self.fractions(train, test, validates: validation > 0, of: whole, input)
      ]
    case .rows(let validation, let test, let end):
      return [try Self.rows(validation, test, end, of: input)]
    case .preset(let preset): return [try Self.preset(preset, of: input)]
    case .walkForward(let rule): return try rule.layouts(of: input)
    case .purgedKFold(let folds, let validation, let embargo):
      let groups = try EqualGroups(count: folds, of: input)
      return groups.folds(testing: (0..<folds).map { [$0] }, validation, embargo)
    case .combinatorial(let groups, let tests, let validation, let embargo):
      let combinations = try Self.combinations(of: groups, taking: tests)
      return try EqualGroups(count: groups, of: input).folds(testing: combinations, validation, embargo)
    case .randomLeaky: return []
    }
  }

  // MARK: Times

  private static func stretches(_ validation: Instant, _ test: Instant, _ end: Instant?) -> [FoldLayout
    .Stretch]
  {
    stretches(validation.milliseconds, test.milliseconds, end?.milliseconds ?? .max)
  }

  private static func stretches(_ validation: Int64, _ test: Int64, _ end: Int64) -> [FoldLayout.Stretch] {
    [
      FoldLayout.Stretch(split: .train, from: .min, to: validation),
      FoldLayout.Stretch(split: .validation, from: validation, to: test),
      FoldLayout.Stretch(split: .test, from: test, to: end),
    ]
  }

  private static func stretches(_ train: Period, _ validation: Period, _ test: Period)
    throws(FeatureError) -> [FoldLayout.Stretch]
  {
    let parts: [(split: Split, period: Period)] = [(.train, train), (.validation, validation), (.test, test)]
    func words(_ index: Int) -> String {
      let part = parts[index]
      return "\(part.split.rawValue) from \(part.period.from) to \(part.period.to)"
    }
    for index in parts.indices where parts[index].period.from >= parts[index].period.to {
      throw .splitOrder("\(words(index)) ends before it begins")
    }
    for (one, other) in [(0, 1), (1, 2), (0, 2)] {
      let (first, second) = (parts[one].period, parts[other].period)
      if first.from < second.to, second.from < first.to {
        throw .splitOverlap(first: words(one), second: words(other))
      }
      guard first.to <= second.from else {
        throw .splitOrder("\(words(one)) stands behind \(words(other))")
      }
    }
    return parts.map {
      FoldLayout.Stretch(
        split: $0.split, from: $0.period.from.milliseconds, to: $0.period.to.milliseconds)
    }
  }

  private static func check(order: [Instant]) throws(FeatureError) {
    for (earlier, later) in zip(order, order.dropFirst()) where earlier >= later {
      throw .splitOrder("a part that begins at \(earlier) is to end at \(later)")
    }
  }

  // MARK: Shares and rows

  private static func fractions(
    _ train: Double, _ test: Double, validates: Bool, of whole: Whole, _ input: SplitInput
  ) -> FoldLayout {
    func borders(_ count: Int) -> (validation: Int, test: Int) {
      let validation = min(Int(train * Double(count)), count - 1)
      let start = max(min(count - Int(test * Double(count)), count - 1), validation)
      return (validation, validates ? start : validation)
    }
    guard whole == .entity else {
      let timeline = Timeline(of: input)
      guard timeline.count > 0 else { return FoldLayout([], of: input) }
      let (validation, test) = borders(timeline.count)
      return FoldLayout(
        stretches(timeline.time(at: validation), timeline.time(at: test), .max), of: input)
    }
    return FoldLayout(
      rows: input.entities.indices.map { entity in
        let count = input.offsets[entity + 1] - input.offsets[entity]
        let (validation, test) = count > 0 ? borders(count) : (0, 0)
        return parts(of: entity, input, validation, test, count)
      })
  }

  private static func parts(
    of entity: Int, _ input: SplitInput, _ validation: Int, _ test: Int, _ end: Int
  ) -> [(split: Split, rows: Range<Int>)] {
    let first = input.offsets[entity]
    return [
      (.train, first..<(first + validation)), (.validation, (first + validation)..<(first + test)),
      (.test, (first + test)..<(first + end)),
    ]
  }

  private static func rows(_ validation: Int, _ test: Int, _ end: Int?, of input: SplitInput)
    throws(FeatureError) -> FoldLayout
  {
    var all: [[(split: Split, rows: Range<Int>)]] = []
    for entity in input.entities.indices {
      let count = input.offsets[entity + 1] - input.offsets[entity]
      let places = [validation, test, end ?? count].map { max(0, min(count, $0 < 0 ? count + $0 : $0)) }
      guard places[0] <= places[1], places[1] <= places[2] else {
        throw .splitOrder(
          """
          of the \(count) rows of '\(input.entities[entity])' validation begins at \(places[0]), the test at \
          \(places[1]), and it ends at \(places[2])
          """)
      }
      all.append(parts(of: entity, input, places[0], places[1], places[2]))
    }
    return FoldLayout(rows: all)
  }

  private static func preset(_ preset: Preset, of input: SplitInput) throws(FeatureError) -> FoldLayout {
    let month = preset.rowsPerMonth
    for (entity, name) in input.entities.enumerated() {
      let count = input.offsets[entity + 1] - input.offsets[entity]
      guard count >= 20 * month else {
        throw .presetTooLong(preset: preset.rawValue, needed: 20 * month, entity: name, rows: count)
      }
    }
    return FoldLayout(
      rows: input.entities.indices.map { parts(of: $0, input, 12 * month, 16 * month, 20 * month) })
  }
}
