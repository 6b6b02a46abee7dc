import Artifacts

/// The few rows that the leak check looks at, chosen from the shape of the data alone, so that the same data are
/// looked at in the same places.
struct LeakSamples {
  /// A place at which a run is cut off.
  struct Cut {
    let entity: Int
    /// The run up to the cut.
    let run: Range<Int>
    /// The rows that are compared, the last ones before the cut.
    let compared: Range<Int>
  }

  /// A window whose label a quick regression learns or is tested on.
  struct Pair {
    let origin: Int
    /// The row that its target is read from.
    let label: Int
  }

  private(set) var cuts: [Cut] = []
  /// Origins of windows that are read whole.
  private(set) var windows: [Int] = []
  private(set) var train: [Pair] = []
  private(set) var test: [Pair] = []
  /// Rows of several entities at the same time, [times][entities].
  private(set) var times: [[Int]] = []
  /// All of those rows, in order, each once.
  private(set) var rows: [Int] = []

  /// Rows from the beginning of a run up to a cut, at most.
  private static let longestRun = 1 << 14
  private static let cutCount = 8
  private static let trainCount = 2000
  private static let testCount = 1000
  /// Inputs of windows that are read whole, at most.
  private static let windowValues = 1 << 16

  init(of rows: RowTable, _ kept: KeptRows, _ signature: Signature, _ plan: SplitPlan) {
    cuts = Self.cuts(rows, kept)
    guard let fold = plan.folds.last else { return }
    train = Self.pairs(fold.origins[.train], Self.trainCount, signature)
    test = Self.pairs(fold.origins[.test], Self.testCount, signature)
    let count = min(8, max(1, Self.windowValues / (signature.lookback * signature.features.count)))
    windows = Self.evenly(fold.origins[.test], count)
    times = Self.times(rows, kept)
    self.rows = watched(signature)
  }

  private func watched(_ signature: Signature) -> [Int] {
    var rows: Set<Int> = []
    for cut in cuts {
      rows.formUnion(cut.compared)
      if signature.hasLabels {
        rows.formUnion(cut.compared.map { $0 - signature.span }.filter(cut.run.contains))
      }
    }
    for pair in train + test { rows.formUnion([pair.origin, pair.label]) }
    for origin in windows {
      rows.formUnion((origin - signature.lookback + 1)...origin)
      rows.formUnion((origin + signature.labelStart)..<(origin + signature.labelStart + signature.horizon))
    }
    rows.formUnion(times.joined())
    return rows.sorted()
  }

  /// Cuts in the longest run of each entity, or several in one where entities are few, at growing distances from where
  /// the run begins.
  private static func cuts(_ rows: RowTable, _ kept: KeptRows) -> [Cut] {
    var cuts: [Cut] = []
    let perEntity = max(1, cutCount / max(rows.entities.count, 1))
    for entity in rows.entities.indices where cuts.count < cutCount {
      let longest = kept.segments.filter { $0.entity == entity }.max { $0.rows.count < $1.rows.count }
      guard let longest, let run = rows.segments.first(where: { $0.rows.contains(longest.rows.lowerBound) })
      else {
        continue
      }
      let length = min(longest.rows.count, longestRun)
      for number in 1...perEntity {
        let end = longest.rows.lowerBound + max(1, length * number / (perEntity + 1))
        let compared = max(longest.rows.lowerBound, end - 16)..<end
        cuts.append(Cut(entity: entity, run: run.rows.lowerBound..<end, compared: compared))
      }
    }
    return cuts.sorted {
      ($0.entity, $0.run.lowerBound, $0.run.upperBound) < ($1.entity, $1.run.lowerBound, $1.run.upperBound)
    }
  }

  private static func evenly(_ origins: Origins?, _ count: Int) -> [Int] {
    guard let origins, !origins.isEmpty else { return [] }
    let count = min(count, origins.count)
    return (0..<count).map { origins[$0 * origins.count / count] }
  }

  private static func pairs(_ origins: Origins?, _ count: Int, _ signature: Signature) -> [Pair] {
    evenly(origins, count).map { origin in
      Pair(
        origin: origin,
        label: origin + (signature.hasLabels ? 0 : signature.labelStart + signature.horizon - 1))
    }
  }

  /// Times at which at least two entities have a row: evenly spread ones, and for each of them the same time on the next
  /// day, a week later and a year later, so that codes of the calendar meet themselves again.
  private static func times(_ rows: RowTable, _ kept: KeptRows) -> [[Int]] {
    // The rows of the first entity stand before all others.
    let count = kept.offsets[1]
    guard rows.entities.count > 1, count > 0 else { return [] }
    let day: Int64 = 86_400_000
    var wanted: Set<Int64> = []
    for number in 0..<64 {
      let time = rows.time[kept.row(atPlace: number * count / 64).row]
      wanted.formUnion([time, time + day, time + 7 * day, time + 364 * day])
    }
    return wanted.sorted().compactMap { time in
      let found = rows.entities.indices.prefix(4).compactMap { kept.row(at: time, ofEntity: $0, in: rows) }
      return found.count > 1 ? found : nil
    }
  }
}

extension KeptRows {
  /// The kept row of an entity at a time.
  fileprivate func row(at time: Int64, ofEntity entity: Int, in rows: RowTable) -> Int? {
    for segment in segments where segment.entity == entity {
      guard let last = segment.rows.last, rows.time[segment.rows.lowerBound] <= time, time <= rows.time[last]
      else {
        continue
      }
      var (low, high) = (segment.rows.lowerBound, segment.rows.upperBound)
      while low < high {
        let middle = (low + high) / 2
        if rows.time[middle] < time { low = middle + 1 } else { high = middle }
      }
      return low < segment.rows.upperBound && rows.time[low] == time ? low : nil
    }
    return nil
  }
}
