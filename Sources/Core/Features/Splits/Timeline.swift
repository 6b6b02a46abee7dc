import Artifacts
import Chronology

/// The times at which any entity has a row, each once, ascending.
///
/// For one entity, and for several with the same times, it is a view of the rows' own.
struct Timeline {
  private let times: Slice<StoredArray<Int64>>
  /// When the newest bar closes.
  let end: Instant

  init(of input: SplitInput) {
    let entities = input.entities.indices.map { input.time[input.offsets[$0]..<input.offsets[$0 + 1]] }
    times = Self.union(entities[...])
    end = input.interval.after(Instant(milliseconds: times.last ?? 0))
  }

  var count: Int { times.count }

  /// The time at a position: before everything at 0, behind everything at the end, so that borders miss no row.
  func border(at position: Int) -> Int64 {
    if position <= 0 { return .min }
    return position >= count ? .max : times[times.startIndex + position]
  }

  /// The time at a position of those that there are.
  func time(at position: Int) -> Int64 { times[times.startIndex + position] }

  /// The first position that is not before a time.
  func position(notBefore moment: Int64) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if time(at: middle) >= moment { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The position a length before another; nil when there are no rows that far back.
  func position(_ length: SpanLength, before position: Int, shareOf whole: Int) -> Int? {
    let start: Int
    switch length {
    case .bars(let count): start = position - count
    case .share(let share): start = position - Int(share * Double(whole))
    case .time(let interval):
      let border = position < count ? Instant(milliseconds: time(at: position)) : end
      let moment = interval.after(border, steps: -1).milliseconds
      guard count > 0, moment >= time(at: 0) else { return nil }
      start = self.position(notBefore: moment)
    }
    return start >= 0 ? start : nil
  }

  /// Pairwise, so that many entities cost their rows times the logarithm of their number.
  private static func union(_ entities: ArraySlice<Slice<StoredArray<Int64>>>) -> Slice<StoredArray<Int64>> {
    guard entities.count > 1 else { return entities.first ?? StoredArray([])[...] }
    let middle = entities.startIndex + entities.count / 2
    let (left, right) = (union(entities[..<middle]), union(entities[middle...]))
    if isSubset(right, of: left) { return left }
    if isSubset(left, of: right) { return right }
    return merged(left, right)
  }

  private static func isSubset(_ some: Slice<StoredArray<Int64>>, of all: Slice<StoredArray<Int64>>) -> Bool {
    guard some.count <= all.count else { return false }
    var place = all.startIndex
    for time in some {
      while place < all.endIndex, all[place] < time { place += 1 }
      guard place < all.endIndex, all[place] == time else { return false }
      place += 1
    }
    return true
  }

  private static func merged(_ left: Slice<StoredArray<Int64>>, _ right: Slice<StoredArray<Int64>>)
    -> Slice<StoredArray<Int64>>
  {
    var result: [Int64] = []
    result.reserveCapacity(max(left.count, right.count))
    var (a, b) = (left.startIndex, right.startIndex)
    while a < left.endIndex, b < right.endIndex {
      let next = min(left[a], right[b])
      if left[a] == next { a += 1 }
      if right[b] == next { b += 1 }
      result.append(next)
    }
    result += left[a...]
    result += right[b...]
    return StoredArray(result)[...]
  }
}
