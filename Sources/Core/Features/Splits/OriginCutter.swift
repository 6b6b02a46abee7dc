import Artifacts
private import Numerics

/// Cuts the windows of a fold out of its layout, by arithmetic on ranges of rows and never row by row.
struct OriginCutter {
  let input: SplitInput
  /// Origins of windows that have a marked row among their labels.
  private let marked: RowRanges
  /// Rows whose values were known only later.
  private let premature: RowRanges
  /// Origins that no window may have for either reason.
  private let banned: RowRanges

  init(_ input: SplitInput) {
    self.input = input
    // A window at t reads labels of rows t + start…t + span.
    marked = RowRanges(of: input.marked).moved(lower: -input.span, upper: -input.labelStart)
    premature = RowRanges(of: input.premature)
    banned = marked.union(premature)
  }

  /// Refuses rows that hold no window at all, with the arithmetic.
  func checkLengths() throws(FeatureError) {
    guard input.segments.allSatisfy({ input.origins(of: $0).isEmpty }) else { return }
    let longest = input.segments.max { $0.rows.count < $1.rows.count }
    throw .tooFewRows(
      lookback: input.lookback, horizon: input.span, warmup: input.warmup,
      longest: longest.map { $0.rows.count + input.warmup } ?? 0,
      entity: longest.map { input.entities[$0.entity] } ?? input.entities.first ?? "")
  }

  // MARK: A fold

  func fold(_ layout: FoldLayout) -> Fold {
    var fold = Fold()
    fold.testGroups = layout.testGroups
    for segment in input.segments { cut(segment, layout.blocks[segment.entity], into: &fold) }
    fold.periods = fold.origins.compactMapValues(period)
    return fold
  }

  private func cut(_ segment: Segment, _ blocks: [FoldLayout.Block], into fold: inout Fold) {
    let all = input.origins(of: segment)
    // The origins up to this one have been counted among those that touch a part.
    var counted = all.lowerBound
    var (touching, whole) = (0, 0)
    for block in blocks {
      if block.split == .train { learn(from: block.kept.clamped(to: segment.rows), into: &fold) }
      let touched = ((block.rows.lowerBound - input.span)..<(block.rows.upperBound - input.labelStart))
        .clamped(to: all)
      guard !touched.isEmpty else { continue }
      touching += max(0, touched.upperBound - max(counted, touched.lowerBound))
      counted = max(counted, touched.upperBound)
      let within = origins(within: block.rows, all)
      let kept = origins(within: block.kept, all)
      whole += within.count
      guard block.split == .train || input.judged?[segment.entity] ?? true else { continue }
      fold.embargoed += within.count - kept.count
      append(kept, block.split, to: &fold)
    }
    fold.purged += touching - whole
  }

  /// The origins of windows whose labels lie within rows.
  private func origins(within rows: Range<Int>, _ all: Range<Int>) -> Range<Int> {
    let first = max(all.lowerBound, rows.lowerBound - input.labelStart)
    return first..<max(first, min(all.upperBound, rows.upperBound - input.span))
  }

  private func append(_ origins: Range<Int>, _ split: Split, to fold: inout Fold) {
    guard !origins.isEmpty else { return }
    let marks = marked.count(in: origins)
    fold.marked += marks
    fold.premature += banned.count(in: origins) - marks
    let stride = input.stride(of: split)
    for rest in banned.removed(from: origins) {
      // The stride goes on beneath what is left out.
      let steps = (rest.lowerBound - origins.lowerBound + stride - 1) / stride
      let first = origins.lowerBound + steps * stride
      guard first < rest.upperBound else { continue }
      let count = (rest.upperBound - 1 - first) / stride + 1
      fold.origins[split, default: Origins()].append(
        Origins.Run(first: first, count: count, step: count == 1 ? 1 : stride))
    }
  }

  /// Adds rows to those from which transforms may learn, without filled rows whose other end is not among them.
  private func learn(from rows: Range<Int>, into fold: inout Fold) {
    guard !rows.isEmpty else { return }
    var rows = rows
    if let first = premature.meeting(rows.lowerBound..<(rows.lowerBound + 1)).first {
      rows = min(first.upperBound, rows.upperBound)..<rows.upperBound
    }
    if !rows.isEmpty, let last = premature.meeting((rows.upperBound - 1)..<rows.upperBound).first {
      rows = rows.lowerBound..<max(last.lowerBound, rows.lowerBound)
    }
    if !rows.isEmpty { fold.trainingRows.append(rows) }
  }

  private func period(_ origins: Origins) -> Fold.Period? {
    guard let first = origins.runs.lazy.map({ input.time[$0.first + input.labelStart] }).min(),
      let last = origins.runs.lazy.map({ input.time[$0.last + input.span] }).max()
    else { return nil }
    return Fold.Period(first: first, last: last)
  }

  /// How many rows of windows' segments a part has.
  func rowCount(of split: Split, in layout: FoldLayout) -> Int {
    input.segments.reduce(0) { sum, segment in
      layout.blocks[segment.entity].reduce(sum) {
        $0 + ($1.split == split ? $1.kept.clamped(to: segment.rows).count : 0)
      }
    }
  }

  // MARK: At random

  /// Deals all windows to the parts: ⌊train · n⌋, ⌊test · n⌋, and validation the rest.
  func randomFold(shares: (train: Double, validation: Double, test: Double), seed: UInt64) -> Fold {
    var all = Fold()
    for segment in input.segments { append(input.origins(of: segment), .train, to: &all) }
    let origins = all.origins[.train] ?? Origins()
    var left = Self.counts(of: origins.count, shares)
    var fold = Fold()
    (fold.marked, fold.premature) = (all.marked, all.premature)
    let stream = RandomStream(seed: seed, purpose: "random-leaky split")
    for (index, origin) in origins.enumerated() {
      let total = left.reduce(0) { $0 + $1.count }
      // Each part with a chance in the measure of what it still lacks, so that all end with their number.
      let part = Self.drawn(min(total - 1, Int(stream.uniform(at: index) * Double(total))), from: left)
      left[part].count -= 1
      fold.origins[left[part].split, default: Origins()].append(origin)
    }
    // Of course they learn from everything: that is what random splits do.
    fold.trainingRows = input.segments.map(\.rows)
    fold.periods = fold.origins.compactMapValues(period)
    return fold
  }

  /// The part that holds a ticket, when each holds its count of them.
  private static func drawn(_ ticket: Int, from parts: [(split: Split, count: Int)]) -> Int {
    var ticket = ticket
    for (index, part) in parts.enumerated() {
      if ticket < part.count { return index }
      ticket -= part.count
    }
    return parts.count - 1
  }

  private static func counts(of windows: Int, _ shares: (train: Double, validation: Double, test: Double))
    -> [(split: Split, count: Int)]
  {
    let train = Int(shares.train * Double(windows))
    let test = shares.validation > 0 ? Int(shares.test * Double(windows)) : windows - train
    return [(.train, train), (.validation, windows - train - test), (.test, test)]
  }
}
