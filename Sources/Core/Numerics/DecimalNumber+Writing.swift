extension DecimalNumber {
  /// The number with exactly `places` digits behind the point, rounded half away from zero, as people read it.
  ///
  /// `String(format:)` costs a microsecond and Foundation; this is for tables and charts. Values beyond 15
  /// significant digits fall back to Swift's shortest form.
  package static func fixed(_ value: Double, places: Int, grouping: Bool = false) -> String {
    precondition((0...15).contains(places), "between 0 and 15 decimal places, not \(places)")
    guard value.isFinite else { return "\(value)" }
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = (abs(value) * scale).rounded(.toNearestOrAwayFromZero)
    guard scaled < 9e15 else { return "\(value)" }

    let units = UInt64(scaled)
    let whole = units / UInt64(scale)
    let fraction = units % UInt64(scale)
    var text = grouping ? grouped(whole) : "\(whole)"
    if places > 0 {
      let digits = "\(fraction)"
      text += "." + String(repeating: "0", count: places - digits.count) + digits
    }
    return value < 0 && units > 0 ? "-" + text : text
  }

  /// A whole number with a comma between groups of three digits.
  package static func grouped(_ value: some BinaryInteger) -> String {
    let digits = Array("\(value.magnitude)")
    var text = value < 0 ? "-" : ""
    for (position, digit) in digits.enumerated() {
      if position > 0, (digits.count - position) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// The number with about `digits` significant digits and no exponent: 64,013 · 101.24 · 0.01635.
  package static func readable(_ value: Double, digits: Int = 5) -> String {
    readable([value], digits: digits)[0]
  }

  /// Numbers that belong together, all with as many decimals as the largest of them needs for `digits` significant
  /// ones: 99.75 beside 101.24, not 99.748.
  package static func readable(_ values: [Double], digits: Int = 5) -> [String] {
    let largest = values.filter(\.isFinite).map(abs).max() ?? 0
    let places = min(max(digits - 1 - decimalExponent(of: largest), 0), 15)
    return values.map { $0.isFinite ? fixed($0, places: places, grouping: true) : "\($0)" }
  }

  /// The power of ten of the first significant digit: 2 for 101.24, −2 for 0.01635; 0 for zero.
  private static func decimalExponent(of magnitude: Double) -> Int {
    guard magnitude > 0 else { return 0 }
    var exponent = 0
    var rest = magnitude
    while rest >= 10, exponent < 18 {
      rest /= 10
      exponent += 1
    }
    while rest < 1, exponent > -15 {
      rest *= 10
      exponent -= 1
    }
    return exponent
  }
}
