private import Numerics

/// Writes SVG.
///
/// Coordinates have two decimals, so that equal charts are equal bytes.
struct SVG {
  private(set) var text = ""

  mutating func open(_ element: String, _ attributes: [(String, String)] = []) {
    text += "<\(element)\(Self.written(attributes))>\n"
  }

  mutating func close(_ element: String) { text += "</\(element)>\n" }

  mutating func add(_ element: String, _ attributes: [(String, String)]) {
    text += "<\(element)\(Self.written(attributes))/>\n"
  }

  mutating func add(_ element: String, _ attributes: [(String, String)] = [], text content: String) {
    text += "<\(element)\(Self.written(attributes))>\(Self.escaped(content))</\(element)>\n"
  }

  /// A style sheet or another text that must not be escaped.
  mutating func addRaw(_ raw: String) { text += raw }

  static func number(_ value: Double) -> String {
    let fixed = DecimalNumber.fixed(value, places: 2)
    var digits = fixed[...]
    while digits.hasSuffix("0") { digits = digits.dropLast() }
    return String(digits.hasSuffix(".") ? digits.dropLast() : digits)
  }

  /// A coordinate with one decimal at most, for paths of many points.
  static func short(_ value: Double) -> String {
    let tenths = Int((min(max(value, -1e6), 1e6) * 10).rounded(.toNearestOrAwayFromZero))
    let (whole, tenth) = (tenths.magnitude / 10, tenths.magnitude % 10)
    return (tenths < 0 ? "-" : "") + "\(whole)" + (tenth == 0 ? "" : ".\(tenth)")
  }

  private static func written(_ attributes: [(String, String)]) -> String {
    attributes.map { " \($0)=\"\(escaped($1))\"" }.joined()
  }

  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\u{0}"..."\u{8}", "\u{b}", "\u{c}", "\u{e}"..."\u{1f}", "\u{7f}": result += "\u{fffd}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
