private import Numerics

/// Moves through the bytes of a body, token by token, without a string or an array a cell.
///
/// Eight digits are read at once: https://lemire.me/blog/2022/01/21/swar-explained-parsing-eight-digits/.
struct CellScanner {
  let base: UnsafePointer<UInt8>
  let end: Int
  var index = 0

  /// `bytes` must outlive the scanner.
  init(_ base: UnsafePointer<UInt8>, count: Int) {
    self.base = base
    end = count
  }

  /// Whether nothing but white space is left.
  mutating func isAtEnd() -> Bool {
    skipSpace()
    return index == end
  }

  /// The byte at the index; 0 at the end.
  var byte: UInt8 { @inline(__always) get { index < end ? base[index] : 0 } }

  @inline(__always)
  mutating func skipSpace() {
    while index < end, base[index] <= 0x20, Self.isSpace(base[index]) { index += 1 }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  /// Moves behind a byte if it is the next one.
  @inline(__always)
  mutating func takeAtOnce(_ character: Unicode.Scalar) -> Bool {
    guard index < end, base[index] == UInt8(truncatingIfNeeded: character.value) else { return false }
    index += 1
    return true
  }

  /// Moves behind white space and a byte, if the byte follows.
  @inline(__always)
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    if takeAtOnce(character) { return true }
    guard index < end, base[index] <= 0x20 else { return false }
    skipSpace()
    return takeAtOnce(character)
  }
}

// MARK: Numbers

extension CellScanner {
  /// A whole number of at most 18 digits, without a sign; nil, somewhere inside it, when there is none.
  @inline(__always)
  mutating func whole() -> Int64? {
    let start = index
    var value: UInt64 = 0
    let digits = takeDigits(into: &value)
    guard (1...18).contains(digits), digits == 1 || base[start] != UInt8(ascii: "0") else { return nil }
    return Int64(truncatingIfNeeded: value)
  }

  /// A number of JSON's grammar, finite; nil, somewhere inside it, when there is none.
  @inline(__always)
  mutating func decimal() -> Double? {
    let start = index
    var mantissa: UInt64 = 0
    let digits = takeDigits(into: &mantissa)
    guard digits > 0, digits == 1 || base[start] != UInt8(ascii: "0") else { return rareDecimal(from: start) }
    var places = 0
    if takeAtOnce(".") {
      places = takeDigits(into: &mantissa)
      guard places > 0 else { return nil }
    }
    guard digits + places <= 19, byte | 0x20 != UInt8(ascii: "e") else { return rareDecimal(from: start) }
    if mantissa <= 1 << 53 { return Double(mantissa) / Self.exactPowers[places] }
    return DecimalNumber.quotient(mantissa, tenTo: places)
  }

  /// A sign, an exponent, or more digits than a word holds.
  @inline(never)
  private mutating func rareDecimal(from start: Int) -> Double? {
    index = start
    var ignored: UInt64 = 0
    _ = takeAtOnce("-")
    let first = index
    let digits = takeDigits(into: &ignored)
    guard digits > 0, digits == 1 || base[first] != UInt8(ascii: "0") else { return nil }
    if takeAtOnce("."), takeDigits(into: &ignored) == 0 { return nil }
    if byte | 0x20 == UInt8(ascii: "e") {
      index += 1
      if !takeAtOnce("+") { _ = takeAtOnce("-") }
      guard takeDigits(into: &ignored) > 0 else { return nil }
    }
    guard index - start <= BarCells.cellLimit else { return nil }
    return DecimalNumber.parse(UnsafeBufferPointer(start: base + start, count: index - start))
  }

  /// Moves behind all digits that follow, appends them to `value` (modulo 2^64) and gives their number.
  @inline(__always)
  private mutating func takeDigits(into value: inout UInt64) -> Int {
    let start = index
    while index + 8 <= end {
      let word =
        UInt64(littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self))
        ^ 0x3030_3030_3030_3030
      // The high bit of each byte that is no digit; exact up to the first of them.
      let others = ((word &+ 0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080
      let digits = others.trailingZeroBitCount >> 3
      guard digits > 0 else { return index - start }
      value = value &* Self.wholePowers[digits] &+ Self.eightDigits(word &<< UInt64(64 - 8 * digits))
      index += digits
      guard digits == 8 else { return index - start }
    }
    while index < end, base[index] &- UInt8(ascii: "0") <= 9 {
      value = value &* 10 &+ UInt64(base[index] &- UInt8(ascii: "0"))
      index += 1
    }
    return index - start
  }

  /// The value of eight digits 0 … 9, the first one in the lowest byte.
  @inline(__always)
  private static func eightDigits(_ word: UInt64) -> UInt64 {
    let pairs = word &* 10 &+ (word &>> 8)
    let left = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
    let right = ((pairs &>> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
    return (left &+ right) &>> 32
  }

  private static let wholePowers: [UInt64] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
  ]
  private static let exactPowers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19,
  ]
}

// MARK: Strings

extension CellScanner {
  /// A string of printable ASCII without escapes: the range of its bytes; nil when it is anything else.
  mutating func plainString(limit: Int = 64) -> Range<Int>? {
    guard take("\"") else { return nil }
    let start = index
    while index < end, index - start <= limit {
      switch base[index] {
      case UInt8(ascii: "\""):
        index += 1
        return start..<(index - 1)
      case UInt8(ascii: "\\"), 0..<0x20, 0x7F...: return nil
      default: index += 1
      }
    }
    return nil
  }

  func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes(range), as: UTF8.self) }

  /// Whether a range holds these characters.
  func isEqual(_ range: Range<Int>, _ text: StaticString) -> Bool {
    range.count == text.utf8CodeUnitCount
      && bytes(range).elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
