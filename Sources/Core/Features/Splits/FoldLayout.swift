import Artifacts
import Chronology

/// Where the labels of each part of one fold lie.
struct FoldLayout {
  /// A stretch of time in which one part's labels lie, ms since the epoch.
  struct Stretch: Equatable {
    var split: Split
    var from: Int64
    var to: Int64
  }

  /// A stretch of one entity's rows.
  struct Block: Equatable {
    var split: Split
    /// Before the embargo.
    var rows: Range<Int>
    /// After it.
    var kept: Range<Int>
  }

  /// For each entity its blocks, apart from each other, ascending.
  var blocks: [[Block]]
  var testGroups: [Int] = []

  /// Each entity by its own rows.
  init(rows: [[(split: Split, rows: Range<Int>)]]) {
    blocks = rows.map { blocks in
      blocks.filter { !$0.rows.isEmpty }.map { Block(split: $0.split, rows: $0.rows, kept: $0.rows) }
    }
  }

  /// All entities at the same times.
  init(_ stretches: [Stretch], of input: SplitInput, embargo: Embargo? = nil) {
    blocks = input.entities.indices.map { entity in
      stretches.indices.compactMap { index in
        let stretch = stretches[index]
        let start = input.row(ofEntity: entity, notBefore: stretch.from)
        let rows = start..<max(start, input.end(ofEntity: entity, before: stretch.to))
        guard !rows.isEmpty else { return nil }
        let kept = embargo?.kept(of: rows, index, in: stretches, entity, input) ?? rows
        return Block(split: stretch.split, rows: rows, kept: kept)
      }
    }
  }
}

/// Rows beside what a fold is judged by from which it neither learns nor chooses.
struct Embargo {
  enum Side {
    /// Behind a test or validation stretch, against labels and inputs that the two share through serial correlation.
    case behind
    /// Before it.
    case before
  }

  let length: SpanLength
  let side: Side
  /// The rows of the whole, for a share.
  let whole: Int

  init?(_ length: SpanLength?, _ side: Side, whole: Int) {
    guard let length else { return nil }
    self.length = length
    self.side = side
    self.whole = whole
  }

  /// What is left of the rows of stretch `index`.
  ///
  /// A window is embargoed when its first label lies within the embargo's rows behind the stretch, as in snippet 7.3 of
  /// López de Prado (2018), where labels begin one row behind the origin.
  fileprivate func kept(
    of rows: Range<Int>, _ index: Int, in stretches: [FoldLayout.Stretch], _ entity: Int,
    _ input: SplitInput
  ) -> Range<Int> {
    // The nearest stretch that judges this one decides: the others' embargoes end before its own.
    let own = stretches[index].split
    switch side {
    case .behind:
      guard let judge = stretches[..<index].last(where: { $0.split.isJudging(own) }) else { return rows }
      let start = embargoed(behind: input.row(ofEntity: entity, notBefore: judge.to), judge.to, entity, input)
      return min(max(start, rows.lowerBound), rows.upperBound)..<rows.upperBound
    case .before:
      guard let judge = stretches[index...].first(where: { $0.split.isJudging(own) }) else { return rows }
      let end = embargoed(
        before: input.row(ofEntity: entity, notBefore: judge.from), judge.from, entity, input)
      return rows.lowerBound..<max(min(end, rows.upperBound), rows.lowerBound)
    }
  }

  private func embargoed(behind row: Int, _ border: Int64, _ entity: Int, _ input: SplitInput) -> Int {
    guard case .time(let interval) = length else { return row + bars }
    let end = interval.after(Instant(milliseconds: border)).milliseconds
    return input.row(ofEntity: entity, notBefore: end)
  }

  private func embargoed(before row: Int, _ border: Int64, _ entity: Int, _ input: SplitInput) -> Int {
    guard case .time(let interval) = length else { return row - bars }
    let start = interval.after(Instant(milliseconds: border), steps: -1).milliseconds
    return input.row(ofEntity: entity, notBefore: start)
  }

  private var bars: Int {
    switch length {
    case .bars(let count): count
    case .share(let share): Int(share * Double(whole))
    case .time: 0
    }
  }
}

extension Split {
  /// Whether this part judges what another has made: the test both others, validation the training.
  fileprivate func isJudging(_ other: Split) -> Bool {
    switch (self, other) {
    case (.test, .train), (.test, .validation), (.validation, .train): true
    default: false
    }
  }
}
