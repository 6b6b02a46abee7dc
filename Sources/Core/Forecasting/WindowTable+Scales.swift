import Artifacts
private import Chronology

extension WindowTable {
  /// The mean absolute error that repeating the value of `season` bars ago makes over the rows of the training windows,
  /// for each entity and target, [E, K].
  ///
  /// Pairs of rows with a gap between them do not count. Not a number for labels, and for a series that has no pair.
  func seasonalScales(season: Int) -> [Double] {
    let columns = signature.targets.count
    var sums = [Double](repeating: 0, count: signature.entities.count * columns)
    var counts = sums
    guard !signature.hasLabels, season >= 1 else { return sums.map { _ in .nan } }
    var reaches = [ClosedRange<Int>?](repeating: nil, count: signature.entities.count)
    for origin in origins[.train] ?? [] {
      let entity = entity(ofRow: origin)
      let known = reaches[entity] ?? origin...origin
      reaches[entity] = min(known.lowerBound, origin)...max(known.upperBound, origin)
    }
    for (entity, reach) in reaches.enumerated() {
      guard let reach else { continue }
      let last = reach.upperBound
      let begin = max(reach.lowerBound - signature.lookback + 1, offsets[entity])
      guard begin + season <= last else { continue }
      // How long a season takes where no bar is missing.
      let length = ((begin + season)...last).reduce(Int64.max) { min($0, time[$1] - time[$1 - season]) }
      for row in (begin + season)...last where isWhole(time[row] - time[row - season], length) {
        for column in 0..<columns {
          sums[entity * columns + column] +=
            abs(levels[row * columns + column] - levels[(row - season) * columns + column])
          counts[entity * columns + column] += 1
        }
      }
    }
    return zip(sums, counts).map { $0 / $1 }
  }

  /// Whether a season took about as long as the shortest: weekends and months of unequal length are no gaps.
  private func isWhole(_ time: Int64, _ shortest: Int64) -> Bool {
    if case .milliseconds = signature.interval, signature.calendar == .continuous { return time == shortest }
    return time <= 2 * shortest
  }

  /// The month since 1970 in which a row's interval opens, UTC.
  func month(ofRow row: Int) -> Int {
    let date = Instant(milliseconds: time[row]).date
    return (date.year - 1970) * 12 + date.month - 1
  }

  /// How many neighbouring times of windows share rows behind their origins: the span over the distance of origins.
  func overlap(of origins: Origins) -> Int {
    var least = signature.span
    var previous: Int?
    for origin in origins {
      if let previous, origin > previous, entity(ofRow: previous) == entity(ofRow: origin) {
        least = min(least, origin - previous)
      }
      previous = origin
    }
    return max((signature.span + least - 1) / max(least, 1), 1)
  }
}
