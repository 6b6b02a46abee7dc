/// How much better than another forecast one is, between what limits, and whether that may be luck.
package struct SkillTest: Sendable, Equatable {
  /// 1 − Σ losses / Σ the other's: the share of its losses that is gone; nil where the other has none.
  package let skill: Double?
  /// Between which values the skill of other windows like these lies, 19 times of 20.
  package let interval: ClosedRange<Double>?
  /// Nil where there is none, for the reason in ``obstacle``.
  package let test: DieboldMariano?
  package let obstacle: DieboldMariano.Obstacle?
  /// How many different times the windows have: those of one time are one observation.
  package let times: Int
  /// How many times in a row share bars of their horizons.
  package let overlap: Int

  /// - Parameters:
  ///   - losses: of each window, [n].
  ///   - others: those of the other forecast, [n].
  ///   - times: when each window ends, [n], in any order: markets move together, so windows of one time are averaged.
  ///   - overlap: how many times in a row share bars of their horizons.
  package init(_ losses: [Double], against others: [Double], times: [Int64], overlap: Int) {
    precondition(losses.count == others.count && times.count == losses.count, "a loss and a time a window")
    let (own, other) = Self.averaged(losses, others, times)
    self.times = own.count
    self.overlap = overlap
    let sums = (own.reduce(0, +), other.reduce(0, +))
    skill = sums.1 > 0 ? 1 - sums.0 / sums.1 : nil
    interval = BlockBootstrap(
      blockLength: BlockBootstrap.blockLength(windows: own.count, overlap: overlap)
    ).skill(of: own, against: other)
    do throws(DieboldMariano.Obstacle) {
      test = try DieboldMariano(zip(own, other).map { $0 - $1 }, overlap: overlap)
      obstacle = nil
    } catch {
      (test, obstacle) = (nil, error)
    }
  }

  /// Both losses averaged over the windows of each time, in the order of time.
  private static func averaged(
    _ losses: [Double], _ others: [Double], _ times: [Int64]
  ) -> (own: [Double], other: [Double]) {
    let order = times.indices.sorted { times[$0] < times[$1] || times[$0] == times[$1] && $0 < $1 }
    var (own, other): ([Double], [Double]) = ([], [])
    var first = 0
    while first < order.count {
      var end = first
      var sums = (0.0, 0.0)
      while end < order.count, times[order[end]] == times[order[first]] {
        sums.0 += losses[order[end]]
        sums.1 += others[order[end]]
        end += 1
      }
      own.append(sums.0 / Double(end - first))
      other.append(sums.1 / Double(end - first))
      first = end
    }
    return (own, other)
  }
}
