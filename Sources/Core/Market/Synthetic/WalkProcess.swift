package import Artifacts
private import Numerics

/// The plain geometric walk: 100 exp(cumulative sum of N(0.0001, 0.02)).
///
/// Nothing in it can be forecast, which makes it the market on which an honest pipeline must find no skill.
package struct WalkProcess: Sendable {
  package static let columns = [Series.Column(name: "close", unit: "quote currency")]

  private let returns: RandomStream
  /// How many prices were made, and the logarithm of the last one's growth.
  private var row = 0
  private var sum = 0.0

  package init(seed: UInt64, lane: Int) {
    returns = RandomStream(seed: seed, purpose: "walk.return", lane: lane)
  }

  /// The next prices, [rows, 1].
  package mutating func next(rows: Int) -> [Double] {
    (0..<rows).map { _ in
      sum += 0.0001 + 0.02 * returns.normal(at: row)
      row += 1
      return 100 * Elementary.exp(sum)
    }
  }
}
