package import Artifacts
package import Chronology
private import Numerics

/// A market with the habits of real ones: volatility that clusters and has hours of the day, volume that follows
/// it, symbols that move together, and a price that is weakly drawn back to where it came from.
///
/// With x the logarithm of the price, m its slow anchor, v the logarithm of volatility and s(h) the factor of the
/// hour, one bar moves by
///
///     x ← x + κ (m − x) + σ exp(v) s(h) z,   m ← m + σ_m z_m,   v ← φ v + η z_v,
///
/// in a dozen equal parts, from which open, high, low and close are taken. Half of the variance of z is common to
/// all symbols.
package struct MarketProcess: Sendable {
  package static let columns = KlinesSource.columns

  private static let partsPerBar = 12
  private static let usualMove = 0.006
  private static let anchorVolatility = 0.001
  private static let reversion = 0.012
  private static let persistence = 0.98
  private static let volatilityOfVolatility = 0.08
  private static let commonShare = 0.5
  private static let startPrice = 100.0
  private static let dailySwing = 0.35
  private static let baseVolume = 1000.0

  private let shocks: RandomStream
  private let commonShocks: RandomStream
  private let anchorShocks: RandomStream
  private let volatilityShocks: RandomStream
  private let volumeShocks: RandomStream
  private let hasHours: Bool

  /// How many bars were made, and the state behind them.
  private var bar = 0
  private var price = Elementary.log(MarketProcess.startPrice)
  private var anchor = Elementary.log(MarketProcess.startPrice)
  private var volatility = 0.0
  private var close = MarketProcess.startPrice

  package init(seed: UInt64, lane: Int, interval: Interval) {
    shocks = RandomStream(seed: seed, purpose: "market.price", lane: lane)
    commonShocks = RandomStream(seed: seed, purpose: "market.common")
    anchorShocks = RandomStream(seed: seed, purpose: "market.anchor", lane: lane)
    volatilityShocks = RandomStream(seed: seed, purpose: "market.volatility", lane: lane)
    volumeShocks = RandomStream(seed: seed, purpose: "market.volume", lane: lane)
    if case .milliseconds(let length) = interval { hasHours = length < 86_400_000 } else { hasHours = false }
  }

  /// Candles [n, 5] for the next bars, which open at `time`.
  package mutating func next(at time: [Int64]) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(time.count * Self.columns.count)
    for opening in time {
      volatility =
        Self.persistence * volatility + Self.volatilityOfVolatility * volatilityShocks.normal(at: bar)
      anchor += Self.anchorVolatility * anchorShocks.normal(at: bar)
      let hour = hourFactor(at: Instant(milliseconds: opening))
      let scale = Self.usualMove * Elementary.exp(volatility) * hour

      let open = close
      var (high, low) = (open, open)
      for part in 0..<Self.partsPerBar {
        price += move(from: price, to: anchor, scale: scale, part: bar * Self.partsPerBar + part)
        close = Self.rounded(Elementary.exp(price))
        high = max(high, close)
        low = min(low, close)
      }
      values += [
        open, high, low, close, volume(bar: bar, hour: hour, volatility: volatility, move: close / open - 1),
      ]
      bar += 1
    }
    return values
  }

  private func move(from price: Double, to anchor: Double, scale: Double, part: Int) -> Double {
    let parts = Double(Self.partsPerBar)
    let own = shocks.normal(at: part) * (1 - Self.commonShare).squareRoot()
    let common = commonShocks.normal(at: part) * Self.commonShare.squareRoot()
    return Self.reversion * (anchor - price) / parts + scale * (own + common) / parts.squareRoot()
  }

  /// Most lively in the middle of the afternoon, UTC.
  private func hourFactor(at opening: Instant) -> Double {
    guard hasHours else { return 1 }
    let hour = Double(opening.millisecondsOfDay) / 3_600_000
    return 1 + Self.dailySwing * Elementary.cos(2 * .pi * (hour - 15) / 24)
  }

  private func volume(bar: Int, hour: Double, volatility: Double, move: Double) -> Double {
    let noise = 0.3 * volumeShocks.normal(at: bar)
    let size = abs(move) / Self.usualMove
    return Self.rounded(
      Self.baseVolume * hour * hour * Elementary.exp(0.8 * volatility + 0.25 * min(size, 8) + noise))
  }

  /// Four decimals, like an exchange's tick.
  private static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}
