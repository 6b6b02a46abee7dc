import Chronology
import Market

/// Hours from 2024-01-01, for bodies of exchanges.
enum Hours {
  static let interval = Interval.milliseconds(3_600_000)
  static let start = Instant(year: 2024, month: 1, day: 1)
  static func open(_ hour: Int) -> Instant { interval.after(start, steps: hour) }
  /// Far behind the bars of these tests.
  static let later = open(10_000)
}

/// Every body with a byte less, and every one that is cut off.
func damaged(_ body: String) -> (cut: [[UInt8]], shorter: [[UInt8]]) {
  let bytes = Array(body.utf8)
  let shorter = bytes.indices.map { index in
    var copy = bytes
    copy.remove(at: index)
    return copy
  }
  return (bytes.indices.map { Array(bytes.prefix($0)) }, shorter)
}

/// Bodies that no exchange sends when it is well.
let nonsense: [String] = [
  "", " ", "\0", "{}", "null", "[[]]", "[null]", "[1]", "[{}]", "[", "]", "[[", "[],", "[] []",
  "<html></html>", "nan",
  "[[[[]]]]", "\u{FEFF}[]", "{\"error\":{}}", String(repeating: "[", count: 1_000_000),
  String(repeating: "{\"a\":", count: 300_000), String(repeating: "[[],", count: 200_000),
]

/// Numbers that are none: what `Double("…")` takes and JSON does not, and some more.
let badNumbers = [
  "nan", "NaN", "Infinity", "-Infinity", "inf", "0x1p3", "1e400", "-1e400", "+1", ".5", "5.", "01", "1_000",
  "1,5", "",
  "-", "1e", "1e+", "--1", "1.2.3", "١", "1 2", "1\0", "null", "true", "{}", "[]",
  String(repeating: "9", count: 100), "1." + String(repeating: "0", count: 100),
]
