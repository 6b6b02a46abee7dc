/// The unit in which a whole number counts from 1970-01-01 UTC.
///
/// Binance's archives of 2025 and later count microseconds, the earlier ones milliseconds, so a series mixes
/// both: https://github.com/binance/binance-public-data/issues/386. No market is old enough for the ranges to meet.
package enum EpochUnit: Sendable, Equatable {
  case seconds, milliseconds, microseconds

  /// By magnitude; nil for negative numbers and for nanoseconds, which no exchange sends.
  @inline(__always)
  package init?(of epoch: Int64) {
    switch epoch {
    case 100_000_000_000..<100_000_000_000_000: self = .milliseconds
    case 100_000_000_000_000..<100_000_000_000_000_000: self = .microseconds
    case 0..<100_000_000_000: self = .seconds
    default: return nil
    }
  }

  /// A time in milliseconds; nil when it is no whole number of them.
  @inline(__always)
  package func milliseconds(of epoch: Int64) -> Int64? {
    switch self {
    case .seconds: epoch * 1000
    case .milliseconds: epoch
    case .microseconds: epoch % 1000 == 0 ? epoch / 1000 : nil
    }
  }

  /// The last tick of this unit before the bar that opens at `next`, ms since the epoch.
  @inline(__always)
  package func lastTick(before next: Int64) -> Int64 {
    switch self {
    case .seconds: next / 1000 - 1
    case .milliseconds: next - 1
    case .microseconds: next * 1000 - 1
    }
  }
}
