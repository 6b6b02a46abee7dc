private import Artifacts
private import Numerics

extension CleaningRules {
  /// The bars in which nothing was traded.
  static func zeroVolumeBars(_ table: ColumnTable, _ roles: ColumnRoles) throws(FeatureError) -> RowRanges {
    guard let volume = roles.volume else {
      throw .cleaningColumn(
        kind: Kind.zeroVolume.rawValue, column: "volume", known: table.columns.map(\.name))
    }
    return RowRanges(
      table.values[volume].indices.lazy.filter { table.values[volume][$0] == 0 }.map { $0..<($0 + 1) })
  }
}

extension CleaningRules.Halts {
  /// Runs of bars whose prices all are the close before and, where there is a volume, in which nothing was traded.
  ///
  /// That a bar belongs to one is known at the last of ``bars``: `drop` and `mark` choose rows with that knowledge, but
  /// change no value, and of rows that are filled those before are premature.
  func find(_ table: ColumnTable, _ segments: [Segment], _ roles: ColumnRoles)
    throws(FeatureError) -> RowRanges
  {
    guard let close = roles.close else {
      throw .cleaningColumn(
        kind: CleaningRules.Kind.halts.rawValue, column: "close", known: table.columns.map(\.name))
    }
    let prices = roles.roles.indices.filter { roles.roles[$0] == .price }
    func isStill(_ row: Int) -> Bool {
      if let volume = roles.volume, table.values[volume][row] != 0 { return false }
      return prices.allSatisfy { table.values[$0][row] == table.values[close][row - 1] }
    }
    var found = RowRanges()
    for segment in segments {
      var start = segment.rows.lowerBound + 1
      for row in segment.rows.dropFirst() where !isStill(row) {
        if row - start >= bars { found.append(start..<row) }
        start = row + 1
      }
      if segment.rows.upperBound - start >= bars { found.append(start..<segment.rows.upperBound) }
    }
    return found
  }
}

extension CleaningRules.Spikes {
  /// Bars whose log return is more than `threshold` median absolute deviations of the `window` returns before it.
  ///
  /// The return is the smaller of those from the bar before and from the newest bar that was no spike: so the way back
  /// from a spike is none, and of a price that moves for good only the first bar is. Returns are not taken over gaps,
  /// nor where a price is 0 or less; while most returns are the same, and so the deviation 0, nothing is a spike. What is
  /// looked at is the past alone.
  func find(_ table: ColumnTable, _ segments: [Segment]) throws(FeatureError) -> RowRanges {
    guard let index = table.columns.firstIndex(where: { $0.name == column }) else {
      throw .cleaningColumn(
        kind: CleaningRules.Kind.spikes.rawValue, column: column, known: table.columns.map(\.name))
    }
    let prices = table.values[index]
    var found = RowRanges()
    var returns = SortedWindow(capacity: window)
    var entity = -1
    for segment in segments {
      if segment.entity != entity { returns = SortedWindow(capacity: window) }
      entity = segment.entity
      find(segment.rows, prices, &returns, &found)
    }
    return found
  }

  /// Below this a deviation of logarithms is their rounding.
  private static let rounding = 1e-12

  private func find(
    _ rows: Range<Int>, _ prices: [Double], _ returns: inout SortedWindow, _ found: inout RowRanges
  ) {
    var before: Double?
    var good: Double?
    for row in rows {
      guard prices[row] > 0 else {
        (before, good) = (nil, nil)
        continue
      }
      let price = Elementary.log(prices[row])
      guard let last = before, let reference = good else {
        (before, good) = (price, price)
        continue
      }
      let change = abs(price - last) < abs(price - reference) ? price - last : price - reference
      before = price
      let deviation = returns.isFull ? returns.medianAbsoluteDeviation : 0
      if deviation > Self.rounding, abs(change) > threshold * deviation {
        found.append(row..<(row + 1))
      } else {
        good = price
        returns.append(change)
      }
    }
  }
}
