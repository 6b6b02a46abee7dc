private import Numerics

/// Words for round numbers beside an axis: 0.25 · 64,000 · 1.5M · 2.5e-7.
enum TickLabel {
  /// Labels of `multiples · 10^exponent`, all in the same form and with as many decimals.
  static func of(_ multiples: [Int], tenTo exponent: Int) -> [String] {
    let digits = multiples.map { "\($0.magnitude)".count }.max() ?? 1
    // The power of ten of the first digit of the largest.
    let largest = digits - 1 + exponent
    return multiples.map { multiple in
      if multiple == 0 { return "0" }
      if largest >= 6, largest < 15, largest - exponent <= 3 {
        let power = largest / 3 * 3
        return plain(multiple, exponent - power) + (power == 6 ? "M" : power == 9 ? "G" : "T")
      }
      if largest >= -5, largest < 12, exponent >= -9 { return plain(multiple, exponent) }
      guard digits <= 15 else { return "\(Double(multiple) * power(exponent))" }
      return plain(multiple, exponent - largest) + "e\(largest)"
    }
  }

  private static func plain(_ multiple: Int, _ exponent: Int) -> String {
    DecimalNumber.fixed(
      Double(multiple) * power(exponent), places: min(max(-exponent, 0), 15), grouping: true)
  }

  private static func power(_ exponent: Int) -> Double {
    let scale = (0..<abs(exponent)).reduce(1.0) { scale, _ in scale * 10 }
    return exponent < 0 ? 1 / scale : scale
  }
}
