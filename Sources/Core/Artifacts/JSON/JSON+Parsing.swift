private import Numerics

extension JSON {
  /// Why a text is no JSON, and where.
  package struct SyntaxError: Error, Equatable, CustomStringConvertible {
    package let line: Int
    package let column: Int
    package let problem: String

    package var description: String { "line \(line), column \(column): \(problem)" }
  }

  /// Reads one JSON value and nothing else, strictly by RFC 8259: duplicate keys, trailing commas, byte order
  /// marks, `NaN`, numbers beyond the range of a double and nesting deeper than 64 are refused.
  package init(parsing bytes: [UInt8]) throws(SyntaxError) {
    var scanner = JSONScanner(bytes: bytes)
    self = try scanner.document()
  }

  package init(parsing text: String) throws(SyntaxError) { try self.init(parsing: Array(text.utf8)) }
}

private struct JSONScanner {
  let bytes: [UInt8]
  var index = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSON.SyntaxError) -> JSON {
    let value = try value(depth: 0)
    skipSpace()
    guard index == bytes.count else { throw problem("something follows the value") }
    return value
  }

  private mutating func value(depth: Int) throws(JSON.SyntaxError) -> JSON {
    guard depth <= 64 else { throw problem("nested deeper than 64") }
    skipSpace()
    guard index < bytes.count else { throw problem("the text ends where a value is expected") }
    switch bytes[index] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func object(depth: Int) throws(JSON.SyntaxError) -> JSON {
    index += 1
    var members: [String: JSON] = [:]
    skipSpace()
    if take("}") { return .object(members) }
    while true {
      skipSpace()
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
        throw problem("a key is expected")
      }
      let start = index
      let key = try string()
      guard members[key] == nil else {
        index = start
        throw problem("the key \"\(key)\" stands twice")
      }
      skipSpace()
      guard take(":") else { throw problem("':' is expected") }
      members[key] = try value(depth: depth + 1)
      skipSpace()
      if take("}") { return .object(members) }
      guard take(",") else { throw problem("',' or '}' is expected") }
    }
  }

  private mutating func array(depth: Int) throws(JSON.SyntaxError) -> JSON {
    index += 1
    var elements: [JSON] = []
    skipSpace()
    if take("]") { return .array(elements) }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if take("]") { return .array(elements) }
      guard take(",") else { throw problem("',' or ']' is expected") }
    }
  }

  private mutating func string() throws(JSON.SyntaxError) -> String {
    index += 1
    var text: [UInt8] = []
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        guard let string = String(validating: text, as: UTF8.self) else { throw problem("not UTF-8") }
        return string
      case UInt8(ascii: "\\"):
        index += 1
        text += try escape().utf8
      case 0..<0x20: throw problem("a control character inside a string")
      default:
        text.append(byte)
        index += 1
      }
    }
    throw problem("the text ends inside a string")
  }

  private mutating func escape() throws(JSON.SyntaxError) -> String {
    guard index < bytes.count else { throw problem("the text ends inside a string") }
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var unit = try hexUnit()
      if (0xD800..<0xDC00).contains(unit) {
        guard take("\\"), take("u") else { throw problem("half of a surrogate pair") }
        let low = try hexUnit()
        guard (0xDC00..<0xE000).contains(low) else { throw problem("half of a surrogate pair") }
        unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(unit) else { throw problem("half of a surrogate pair") }
      return String(Character(scalar))
    default:
      throw problem("an unknown escape")
    }
  }

  private mutating func hexUnit() throws(JSON.SyntaxError) -> UInt32 {
    guard index + 4 <= bytes.count,
      let unit = UInt32(String(decoding: bytes[index..<(index + 4)], as: UTF8.self), radix: 16),
      bytes[index] != UInt8(ascii: "+")
    else { throw problem("four hexadecimal digits are expected") }
    index += 4
    return unit
  }

  private mutating func number() throws(JSON.SyntaxError) -> JSON {
    let start = index
    _ = take("-")
    let firstDigit = index
    skipDigits()
    guard index > firstDigit else { throw problem("a value is expected", at: start) }
    guard bytes[firstDigit] != UInt8(ascii: "0") || index == firstDigit + 1 else {
      throw problem("a number with a leading zero", at: start)
    }
    var isWhole = true
    if take(".") {
      isWhole = false
      let fraction = index
      skipDigits()
      guard index > fraction else { throw problem("a digit is expected after '.'") }
    }
    if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      index += 1
      if !take("+") { _ = take("-") }
      let exponent = index
      skipDigits()
      guard index > exponent else { throw problem("a digit is expected in the exponent") }
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if isWhole {
      guard let value = Int64(text) else { throw problem("a whole number beyond 64 bits", at: start) }
      return .integer(value)
    }
    guard let value = DecimalNumber.parse(text) else {
      throw problem("a number beyond the range of a double", at: start)
    }
    return .number(value)
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(JSON.SyntaxError) -> JSON {
    let text = Array("\(word)".utf8)
    guard bytes[index...].starts(with: text) else { throw problem("a value is expected") }
    index += text.count
    return value
  }

  private mutating func skipSpace() {
    while index < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[index]) { index += 1 }
  }

  private mutating func skipDigits() {
    while index < bytes.count, bytes[index] &- UInt8(ascii: "0") <= 9 { index += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private func problem(_ text: String, at position: Int? = nil) -> JSON.SyntaxError {
    let before = bytes[..<min(position ?? index, bytes.count)]
    let line = before.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
    let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
    return JSON.SyntaxError(line: line, column: column, problem: text)
  }
}
