import Artifacts

/// The times at which labels can lie in equal stretches, of which some are the test of each fold.
///
/// The groups are of times and not of each entity's rows, so that no entity is trained on while another is tested.
struct EqualGroups {
  private let input: SplitInput
  private let timeline: Timeline
  /// Where the groups begin and the last one ends; the first takes in the rows before any label.
  private let edges: [Int]
  /// The first position at which a label can lie.
  private let lead: Int

  init(count: Int, of input: SplitInput) throws(FeatureError) {
    self.input = input
    timeline = Timeline(of: input)
    let firstLabels = input.segments.compactMap { segment in
      input.origins(of: segment).first.map { input.time[$0 + input.labelStart] }
    }
    let lead = firstLabels.min().map(timeline.position(notBefore:)) ?? 0
    self.lead = lead
    let rows = timeline.count - lead
    let most = rows / (input.span - input.labelStart + 1)
    guard (2...max(2, most)).contains(count), most >= 2 else {
      throw .splitTooManyFolds(
        folds: count, most: most,
        reason: """
          each needs the \(input.span - input.labelStart + 1) label rows of a window, and labels can lie in \(rows) rows
          """)
    }
    edges = [0] + (1...count).map { lead + $0 * rows / count }
  }

  /// One fold for each choice of test groups.
  func folds(testing choices: [[Int]], _ validation: Double, _ embargo: SpanLength?) -> [FoldLayout] {
    let embargo = Embargo(embargo, .behind, whole: timeline.count)
    return choices.map { groups in
      var layout = FoldLayout(
        timeline.stretches(parts(testing: groups, validation)), of: input, embargo: embargo)
      layout.testGroups = groups
      return layout
    }
  }

  private func parts(testing groups: [Int], _ validation: Double) -> [(split: Split, positions: Range<Int>)] {
    let tests = groups.map { edges[$0]..<edges[$0 + 1] }
    let free = RowRanges(tests).removed(from: 0..<timeline.count)
    let rows = free.reduce(0) { $0 + $1.clamped(to: lead..<timeline.count).count }
    var wanted = Int(validation * Double(rows))
    var parts: [(split: Split, positions: Range<Int>)] = tests.map { (.test, $0) }
    for range in free.reversed() {
      let border = range.upperBound - min(wanted, range.count)
      wanted -= range.upperBound - border
      parts += [(.train, range.lowerBound..<border), (.validation, border..<range.upperBound)]
    }
    return parts.filter { !$0.positions.isEmpty }.sorted { $0.positions.lowerBound < $1.positions.lowerBound }
  }
}
