private import Numerics

/// Amounts as people read them.
package enum Quantity {
  /// Bytes with a unit that leaves at most four digits: 512 B, 12.3 kB, 4.0 GB; a kilobyte is 1,000 bytes.
  package static func bytes(_ count: Int) -> String {
    guard count >= 1000 else { return "\(count) B" }
    var (value, unit) = (Double(count), 0)
    while value >= 999.95, unit < 4 {
      value /= 1000
      unit += 1
    }
    return DecimalNumber.fixed(value, places: 1) + " " + ["B", "kB", "MB", "GB", "TB"][unit]
  }

  /// A span of time: 12 ms, 3.4 s, 5 min 20 s, 3 h 5 min, 12 d 4 h.
  package static func seconds(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "?" }
    if seconds < 0.9995 { return "\(Int((seconds * 1000).rounded())) ms" }
    if seconds < 59.95 { return DecimalNumber.fixed(seconds, places: 1) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return two(whole, 60, "min", 1, "s") }
    if whole < 86_400 { return two(whole, 3600, "h", 60, "min") }
    return two(whole, 86_400, "d", 3600, "h")
  }

  private static func two(_ whole: Int, _ large: Int, _ first: String, _ small: Int, _ second: String)
    -> String
  {
    let rest = whole % large / small
    return "\(DecimalNumber.grouped(whole / large)) \(first)" + (rest > 0 ? " \(rest) \(second)" : "")
  }

  /// A number and what it counts: `1 file`, `2,000 files`.
  package static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    DecimalNumber.grouped(number) + " " + (number == 1 ? one : many ?? one + "s")
  }

  /// Reads a span of time written as `90s`, `30m`, `12h`, `7d` or `2w`, in seconds; nil for anything else.
  package static func parseSeconds(_ text: String) -> Int? {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
    if text == "0" { return 0 }
    guard let last = text.last, let unit = units[last], text.utf8.count <= 9,
      text.utf8.dropLast().allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text.dropLast())
    else { return nil }
    return number * unit
  }
}
