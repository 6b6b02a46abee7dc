package import Artifacts
package import Chronology

/// The rows that a split divides, and what a window needs of them.
package struct SplitInput: Sendable {
  /// From one window of a part to the next, in rows; each part begins at its first window, in each segment.
  package struct Strides: Sendable, Equatable {
    package var train: Int
    package var validation: Int
    package var test: Int

    /// Validation is judged as the test is unless it is told otherwise; the settings of `prepare` always tell.
    package init(train: Int = 1, validation: Int? = nil, test: Int = 1) {
      self.train = train
      self.validation = validation ?? test
      self.test = test
    }
  }

  package var entities: [String]
  /// Entity e has the rows offsets[e]..<offsets[e + 1], [E + 1].
  package var offsets: [Int]
  /// When each row's interval opens, ms since the epoch, [N].
  package var time: StoredArray<Int64>
  package var interval: Interval
  /// Each entity's own interval, when they differ.
  ///
  /// A bar then belongs to a part only if it has closed before the next part begins, because its close is known to
  /// the other intervals' bars within it.
  package var intervals: [Interval]?
  /// Segments in the order of their rows; no window leaves its segment.
  package var segments: [Segment]
  /// L.
  package var lookback: Int
  /// The first row behind the origin that a label reads.
  package var labelStart: Int
  /// The last row behind the origin that a label depends on.
  package var span: Int
  package var strides: Strides
  /// Entities that have validation and test windows; nil for all.
  ///
  /// The others' rows behind the border are not used: their future is that of the entities that are judged.
  package var judged: [Bool]?
  /// Rows that are no label: no window has one among its label rows, [N].
  package var marked: [Bool]?
  /// Rows whose values were known only later: no window ends there, [N].
  package var premature: [Bool]?
  /// What transforms and indicators took from the front of each segment, for the messages.
  package var warmup = 0

  package init(
    entities: [String], offsets: [Int], time: StoredArray<Int64>, interval: Interval, segments: [Segment],
    lookback: Int,
    labelStart: Int = 1, span: Int, strides: Strides = Strides()
  ) {
    precondition(offsets.count == entities.count + 1 && offsets.last == time.count, "offsets end at N")
    precondition(lookback >= 1 && span >= labelStart, "a window has inputs and labels")
    precondition(min(strides.train, strides.validation, strides.test) >= 1, "strides are positive")
    self.entities = entities
    self.offsets = offsets
    self.time = time
    self.interval = interval
    self.segments = segments
    self.lookback = lookback
    self.labelStart = labelStart
    self.span = span
    self.strides = strides
  }

  /// The windows that a segment holds, whatever the split, by their origins.
  package func origins(of segment: Segment) -> Range<Int> {
    let first = segment.rows.lowerBound + max(lookback - 1, -labelStart)
    return first..<max(first, segment.rows.upperBound - max(span, 0))
  }

  /// The first row of an entity that is not before a time, or the end of its rows.
  func row(ofEntity entity: Int, notBefore moment: Int64) -> Int {
    if moment == .min { return offsets[entity] }
    if moment == .max { return offsets[entity + 1] }
    return firstRow(ofEntity: entity) { time[$0] >= moment }
  }

  /// The end of an entity's rows that belong to a part which ends at a time.
  func end(ofEntity entity: Int, before moment: Int64) -> Int {
    guard let intervals, moment != .max else { return row(ofEntity: entity, notBefore: moment) }
    return firstRow(ofEntity: entity) {
      intervals[entity].after(Instant(milliseconds: time[$0])).milliseconds > moment
    }
  }

  private func firstRow(ofEntity entity: Int, where isBehind: (Int) -> Bool) -> Int {
    var (low, high) = (offsets[entity], offsets[entity + 1])
    while low < high {
      let middle = (low + high) / 2
      if isBehind(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  func stride(of split: Split) -> Int {
    switch split {
    case .train: strides.train
    case .validation: strides.validation
    case .test: strides.test
    }
  }
}
