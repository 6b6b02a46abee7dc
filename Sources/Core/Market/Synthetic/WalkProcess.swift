package import Artifacts
private import Numerics

/// The plain geometric walk: 100 exp(cumulative sum of N(0.0001, 0.02)).
///
/// Nothing in it can be forecast, which makes it the market on which an honest pipeline must find no skill.
package struct WalkProcess: Sendable {
  package static let columns = [Series.Column(name: "close", unit: "quote currency")]

  private let returns: RandomStream

  package init(seed: UInt64, lane: Int) {
    returns = RandomStream(seed: seed, purpose: "walk.return", lane: lane)
  }

  /// Prices, [rows, 1].
  package func values(rows: Int) -> [Double] {
    var sum = 0.0
    return (0..<rows).map { row in
      sum += 0.0001 + 0.02 * returns.normal(at: row)
      return 100 * Elementary.exp(sum)
    }
  }
}
