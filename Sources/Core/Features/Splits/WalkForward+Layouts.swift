import Artifacts
private import Chronology

extension SplitRule.WalkForward {
  func layouts(of input: SplitInput) throws(FeatureError) -> [FoldLayout] {
    let timeline = Timeline(of: input)
    var layouts: [FoldLayout] = []
    var end = timeline.count
    // The newest fold first, so that a fold which does not fit says how many do.
    for (index, start) in try testStarts(timeline).enumerated() {
      guard let (train, validation) = try learning(before: start, timeline) else {
        throw .splitTooManyFolds(
          folds: folds, most: index,
          reason: "too little is left to learn from before the test at row \(start) of \(timeline.count)")
      }
      let borders: [(Split, Range<Int>)] = [
        (.train, train..<validation), (.validation, validation..<start), (.test, start..<end),
      ]
      let embargo = Embargo(embargo, .before, whole: timeline.count)
      layouts.append(FoldLayout(timeline.stretches(borders), of: input, embargo: embargo))
      end = start
    }
    return layouts.reversed()
  }

  /// Where the tests begin, newest first.
  private func testStarts(_ timeline: Timeline) throws(FeatureError) -> [Int] {
    var starts: [Int] = []
    for back in 1...max(folds, 1) {
      let start: Int?
      switch test {
      case .bars(let count): start = timeline.count - back * count
      case .share(let share): start = timeline.count - back * Int(share * Double(timeline.count))
      case .time(let interval):
        start = timeline.position(notBefore: interval.after(timeline.end, steps: -back).milliseconds)
      }
      guard let start, start > 0 else {
        throw .splitTooManyFolds(
          folds: folds, most: back - 1,
          reason: "their tests of \(test) each are longer than the \(timeline.count) rows")
      }
      guard start < (starts.last ?? timeline.count) else {
        throw .splitNoRow(part: "test", length: test.description, rows: timeline.count)
      }
      starts.append(start)
    }
    return starts
  }

  /// Where training and validation before a test begin; nil when there is not enough before it.
  private func learning(before test: Int, _ timeline: Timeline) throws(FeatureError)
    -> (train: Int, validation: Int)?
  {
    var train = 0
    if case .rolling(let length) = window {
      guard let start = timeline.position(length, before: test, shareOf: timeline.count) else { return nil }
      train = start
    }
    guard let validation else { return train < test ? (train, test) : nil }
    guard let start = timeline.position(validation, before: test, shareOf: test - train), start > train else {
      return nil
    }
    guard start < test else {
      throw .splitNoRow(part: "validation", length: validation.description, rows: test - train)
    }
    return (train, start)
  }
}

extension Timeline {
  /// Stretches of time for ranges of positions; the first begins and the last ends where all rows do.
  func stretches(_ ranges: [(split: Split, positions: Range<Int>)]) -> [FoldLayout.Stretch] {
    ranges.filter { !$0.positions.isEmpty }.map {
      FoldLayout.Stretch(
        split: $0.split, from: border(at: $0.positions.lowerBound), to: border(at: $0.positions.upperBound))
    }
  }
}
