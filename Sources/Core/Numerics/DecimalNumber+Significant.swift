extension DecimalNumber {
  /// A number of any size with about so many significant digits: 1,234 · 0.02500 · 1.234e-09.
  package static func significant(_ value: Double, digits: Int = 4) -> String {
    precondition((1...15).contains(digits), "between 1 and 15 digits, not \(digits)")
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
    if (1e-4..<1e6).contains(abs(value)) { return readable(value, digits: digits) }
    // The shortest text of a number so large or so small is digits, a point, digits and an exponent.
    let exponent = decimalExponent(outside: abs(value))
    let mantissa = abs(value) < 1e-290 ? value * 1e200 / power(exponent + 200) : value / power(exponent)
    let text = fixed(mantissa, places: digits - 1)
    let isRoundedUp = text.hasPrefix("10") || text.hasPrefix("-10")
    let shown = isRoundedUp ? fixed(mantissa / 10, places: digits - 1) : text
    let power = isRoundedUp ? exponent + 1 : exponent
    return shown + "e" + (power < 0 ? "-" : "+") + (abs(power) < 10 ? "0" : "") + "\(abs(power))"
  }

  /// 10^exponent, near enough for a few digits.
  private static func power(_ exponent: Int) -> Double {
    parse("1e\(exponent)") ?? .infinity
  }

  /// The power of ten of the first digit, also of subnormal numbers.
  private static func decimalExponent(outside magnitude: Double) -> Int {
    // Swift writes numbers beyond 2^54 and below 1e-4 as digits with an exponent.
    let text = "\(magnitude)"
    if let mark = text.firstIndex(of: "e") { return Int(text[text.index(after: mark)...]) ?? 0 }
    return (text.firstIndex(of: ".").map { text.distance(from: text.startIndex, to: $0) } ?? text.count) - 1
  }
}
