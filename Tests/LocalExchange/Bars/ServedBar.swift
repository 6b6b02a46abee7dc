/// A bar as the exchange serves it: prices and volumes are whole numbers of 10^-8.
package struct ServedBar: Hashable, Sendable {
  /// When it opens, ms since the epoch.
  package var openTime: Int64
  /// When the next one opens; the served close time is 1 ms (or 1 µs) earlier.
  package var endTime: Int64
  package var open: Int64
  package var high: Int64
  package var low: Int64
  package var close: Int64
  package var volume: Int64
  package var quoteVolume: Int64
  package var trades: Int64
  package var takerVolume: Int64
  package var takerQuoteVolume: Int64

  /// The twelve cells of Binance's row, as texts with all their zeros; times in milliseconds.
  package var cells: [String] {
    [
      "\(openTime)", Self.text(open), Self.text(high), Self.text(low), Self.text(close), Self.text(volume),
      "\(endTime - 1)", Self.text(quoteVolume), "\(trades)", Self.text(takerVolume),
      Self.text(takerQuoteVolume), "0",
    ]
  }

  /// Open, high, low, close and volume as a client should read them: the doubles nearest to the texts.
  package var numbers: [Double] {
    [open, high, low, close, volume].map(Self.number)
  }

  /// The double nearest to a whole number of 10^-8.
  package static func number(_ units: Int64) -> Double { Double(text(units)) ?? .nan }

  /// `0.01634790` of 1634790.
  package static func text(_ units: Int64) -> String {
    let (whole, fraction) = units.quotientAndRemainder(dividingBy: 100_000_000)
    let digits = "\(fraction)"
    return "\(whole)." + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
