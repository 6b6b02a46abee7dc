/// Bars that are a pure function of seed, symbol, interval and opening time.
///
/// So any range can be checked, and nothing is stored: a bar is the same whoever asks, in whatever order.
package struct SeededBars: Sendable, Equatable {
  package let seed: UInt64

  package init(seed: UInt64 = 7) { self.seed = seed }

  package func bar(symbol: String, interval: BarGrid, open: Int64) -> ServedBar {
    series(of: symbol, interval).bar(open: open)
  }

  /// All bars of one symbol and interval.
  package func series(of symbol: String, _ grid: BarGrid) -> SeededSeries {
    SeededSeries(seed: seed, symbol: symbol, grid: grid)
  }
}

/// The bars of one symbol and interval.
///
/// A price level wanders smoothly (value noise over five periods, from 20 minutes to 64 days) and is the same
/// for all intervals; a bar opens and closes near it.
package struct SeededSeries: Sendable {
  package let grid: BarGrid
  private let levelKey: UInt64
  private let barKey: UInt64
  private let basePrice: Double
  /// Prices are whole multiples of it, in 10^-8.
  private let tick: Double
  /// Mean volume of a bar, in 10^-8.
  private let meanVolume: Double

  init(seed: UInt64, symbol: String, grid: BarGrid) {
    self.grid = grid
    levelKey = (seed.scrambled ^ UInt64(keyOf: symbol)).scrambled
    barKey = (levelKey ^ UInt64(keyOf: grid.name)).scrambled
    basePrice = Self.basePrice(of: symbol) * 1e8
    tick = basePrice >= 1e11 ? 1e6 : basePrice >= 1e8 ? 1e4 : 1e2
    let minutes = Double(grid.milliseconds) / 60_000
    meanVolume = 2000e8 / Self.basePrice(of: symbol) * minutes.squareRoot()
  }

  private static func basePrice(of symbol: String) -> Double {
    if symbol.hasPrefix("BTC") { return 40_000 }
    if symbol.hasPrefix("ETH") { return 2500 }
    return [0.05, 0.4, 3, 25, 180][Int(UInt64(keyOf: symbol) % 5)]
  }

  /// The finished bar that opens at `open`.
  package func bar(open: Int64) -> ServedBar {
    let key = (barKey ^ UInt64(bitPattern: open)).scrambled
    let end = grid.end(of: open)
    let first = price(at: open, jitter: key)
    var bar = ServedBar(
      openTime: open, endTime: end, open: first, high: first, low: first, close: first, volume: 0,
      quoteVolume: 0, trades: 0, takerVolume: 0, takerQuoteVolume: 0)
    // In a quiet minute nobody trades, and the exchange still gives a bar.
    if grid.milliseconds <= 60_000, key % 256 == 0 { return bar }
    bar.close = price(at: end, jitter: (key &+ 1).scrambled)
    let shape = (key &+ 2).scrambled
    bar.high = wick(above: max(bar.open, bar.close), share: Double(shape & 0xFFFF) * 0x1p-16)
    bar.low = wick(below: min(bar.open, bar.close), share: Double((shape >> 16) & 0xFFFF) * 0x1p-16)
    setVolumes(of: &bar, key: (key &+ 3).scrambled, takers: Double(shape >> 32) * 0x1p-32)
    return bar
  }

  /// The bar as it stands at `now`: while it is unfinished its volumes are smaller than they will be.
  package func bar(open: Int64, now: Int64) -> ServedBar {
    let final = bar(open: open)
    guard now < final.endTime else { return final }
    let share = Double(max(now - open, 0)) / Double(final.endTime - open)
    let key = (barKey ^ UInt64(bitPattern: now)).scrambled
    var bar = final
    bar.close = onTick(Double(final.low) + key.unit * Double(final.high - final.low))
    let (top, bottom) = (max(bar.open, bar.close), min(bar.open, bar.close))
    bar.high = max(top, onTick(Double(top) + Double(final.high - top) * share))
    bar.low = min(bottom, onTick(Double(bottom) - Double(bottom - final.low) * share))
    bar.volume = part(final.volume, share)
    bar.quoteVolume = part(final.quoteVolume, share)
    bar.trades = part(final.trades, share)
    bar.takerVolume = part(final.takerVolume, share)
    bar.takerQuoteVolume = part(final.takerQuoteVolume, share)
    return bar
  }

  /// A share below 1 of a positive number is always less than all of it.
  private func part(_ whole: Int64, _ share: Double) -> Int64 {
    min(Int64(Double(whole) * share), max(whole - 1, 0))
  }

  private func setVolumes(of bar: inout ServedBar, key: UInt64, takers: Double) {
    let spread = key.unit
    let volume = (meanVolume * (0.2 + 2.4 * spread * spread)).rounded() + 1
    let price = Double(bar.open + bar.close) * 0.5e-8
    let takerVolume = (volume * (0.25 + 0.5 * takers)).rounded(.down)
    bar.volume = Int64(volume)
    bar.quoteVolume = Int64(volume * price) + 1
    bar.trades = 1 + Int64(key & 0x3FF)
    bar.takerVolume = Int64(takerVolume)
    bar.takerQuoteVolume = Int64(takerVolume * price)
  }

  // MARK: Prices

  /// Within 0.05 % of the level.
  private func price(at time: Int64, jitter: UInt64) -> Int64 {
    onTick(level(at: time) * (1 + 0.001 * (jitter.unit - 0.5)))
  }

  private func wick(above price: Int64, share: Double) -> Int64 {
    max(price, onTick(Double(price) * (1 + 0.002 * share * share)))
  }

  private func wick(below price: Int64, share: Double) -> Int64 {
    min(price, onTick(Double(price) * (1 - 0.002 * share * share)))
  }

  @inline(__always)
  private func onTick(_ price: Double) -> Int64 { Int64((price / tick).rounded() * tick) }

  /// Period in ms and amplitude of each wave; the amplitudes' sum is below 1, so that prices stay positive.
  private func level(at time: Int64) -> Double {
    let waves =
      0.35 * noise(at: time, period: 5_529_600_000, salt: 1)
      + 0.12 * noise(at: time, period: 691_200_000, salt: 2)
      + 0.05 * noise(at: time, period: 86_400_000, salt: 3)
      + 0.02 * noise(at: time, period: 10_800_000, salt: 4)
      + 0.006 * noise(at: time, period: 1_200_000, salt: 5)
    return basePrice * (1 + waves)
  }

  /// From -1 to 1: hashed values at every multiple of the period, and smooth curves between them.
  @inline(__always)
  private func noise(at time: Int64, period: Int64, salt: UInt64) -> Double {
    // From year 0 on, so that the division rounds down.
    let shifted = UInt64(bitPattern: time + 62_167_219_200_000)
    let (cell, rest) = shifted.quotientAndRemainder(dividingBy: UInt64(period))
    let key = levelKey &+ salt &* 0xD1B5_4A32_D192_ED03
    let (from, to) = ((key ^ cell).scrambled.unit, (key ^ (cell + 1)).scrambled.unit)
    let share = Double(rest) / Double(period)
    return 2 * (from + (to - from) * share * share * (3 - 2 * share)) - 1
  }
}
