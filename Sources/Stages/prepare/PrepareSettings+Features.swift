import Artifacts
import Chronology
import Configuration
import Features

extension SplitInput {
  init(
    _ rows: RowTable, _ kept: KeptRows, _ signature: Signature, _ settings: PrepareSettings, warmup: Int
  ) throws(FeatureError) {
    let strides = settings.strides
    self.init(
      entities: rows.entities, offsets: rows.offsets, time: rows.time, interval: rows.interval,
      segments: kept.segments, lookback: signature.lookback, labelStart: signature.labelStart,
      span: signature.span,
      strides: Strides(train: strides.train, validation: strides.validation, test: strides.test))
    take(rows)
    self.warmup = warmup
    guard let names = settings.judged else { return }
    for name in names where !rows.entities.contains(name) { throw .unknownEntity(name, known: rows.entities) }
    judged = rows.entities.map(names.contains)
  }

  /// What cleaning and longer bars have to say of rows.
  private mutating func take(_ rows: RowTable) {
    marked = rows.marked
    premature = rows.premature
    if Set(rows.intervals).count > 1 { intervals = rows.intervals }
  }
}

extension SplitRule {
  init(_ split: PrepareSettings.Split) {
    switch split {
    case .preset(.ettHourly): self = .preset(.ettHourly)
    case .preset(.ettMinute): self = .preset(.ettMinute)
    case .fractions(let shares, let ofEachEntity):
      self = .fractions(
        train: shares.train, validation: shares.validation, test: shares.test,
        of: ofEachEntity ? .entity : .commonTimes)
    case .dates(let validation, let test, let end):
      self = .dates(validation: validation, test: test, end: end)
    case .rows(let validation, let test, let end): self = .rows(validation: validation, test: test, end: end)
    case .ranges(let train, let validation, let test):
      self = .ranges(train: Period(train), validation: Period(validation), test: Period(test))
    case .walkForward(let folds, let test, let validation, let rolling, let embargo):
      self = .walkForward(
        WalkForward(
          folds: folds, test: SpanLength(test), validation: SpanLength(validation),
          window: rolling.map { .rolling(SpanLength($0)) } ?? .expanding, embargo: Self.embargo(embargo)))
    case .purgedKFold(let folds, let validation, let embargo):
      self = .purgedKFold(folds: folds, validation: validation, embargo: Self.embargo(embargo))
    case .combinatorial(let groups, let testGroups, let validation, let embargo):
      self = .combinatorial(
        groups: groups, testGroups: testGroups, validation: validation, embargo: Self.embargo(embargo))
    case .randomLeaky(let shares, let seed):
      self = .randomLeaky(
        train: shares.train, validation: shares.validation, test: shares.test, seed: UInt64(seed))
    }
  }

  private static func embargo(_ rows: Int) -> SpanLength? { rows > 0 ? .bars(rows) : nil }
}

extension SplitRule.Period {
  fileprivate init(_ range: Range<Instant>) { self.init(from: range.lowerBound, to: range.upperBound) }
}

extension SpanLength {
  fileprivate init(_ length: PrepareSettings.Length) {
    switch length {
    case .rows(let count): self = .bars(count)
    case .time(let interval): self = .time(interval)
    }
  }
}
