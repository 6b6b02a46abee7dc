private import Glibc

/// A number written in decimal digits, as files write it.
///
/// `Double("nan")`, `Double("0x1p3")` and `Double("1e400")` all succeed in Swift; a price file that holds one
/// of them is damaged. The grammar here is `[-+] digits [. digits] [e [-+] digits]`, and the value must be
/// finite. The result is the double nearest to the decimal, exactly: by Clinger's fast path where mantissa and
/// power of ten are both exact, by the C library's correctly rounding `strtod` elsewhere.
package enum DecimalNumber {
  /// Reads the whole of `text`; nil when it is not a finite decimal number.
  package static func parse(_ text: some StringProtocol) -> Double? {
    var text = String(text)
    return text.withUTF8 { parse($0) }
  }

  /// Reads all of `bytes`; nil when they are not a finite decimal number.
  package static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    var index = 0
    let value = scan(bytes, from: &index)
    return index == bytes.count ? value : nil
  }

  /// Reads the longest decimal number that begins at `index` and moves `index` behind it.
  ///
  /// Nil, with `index` unmoved, when none begins there or when it is not finite.
  package static func scan(_ bytes: UnsafeBufferPointer<UInt8>, from index: inout Int) -> Double? {
    var cursor = index
    let end = bytes.count
    var isNegative = false
    if cursor < end, bytes[cursor] == UInt8(ascii: "-") || bytes[cursor] == UInt8(ascii: "+") {
      isNegative = bytes[cursor] == UInt8(ascii: "-")
      cursor += 1
    }

    var mantissa: UInt64 = 0
    var digits = 0
    var significant = 0
    var fractionDigits = 0
    func take(_ digit: UInt8) {
      digits += 1
      if significant > 0 || digit != 0 { significant += 1 }
      if significant <= 19 { mantissa = mantissa &* 10 &+ UInt64(digit) }
    }
    while cursor < end, let digit = digitValue(bytes[cursor]) {
      take(digit)
      cursor += 1
    }
    if cursor < end, bytes[cursor] == UInt8(ascii: ".") {
      cursor += 1
      while cursor < end, let digit = digitValue(bytes[cursor]) {
        take(digit)
        fractionDigits += 1
        cursor += 1
      }
    }
    guard digits > 0 else { return nil }

    var exponent = 0
    if cursor < end, bytes[cursor] | 0x20 == UInt8(ascii: "e") {
      var ahead = cursor + 1
      var isExponentNegative = false
      if ahead < end, bytes[ahead] == UInt8(ascii: "-") || bytes[ahead] == UInt8(ascii: "+") {
        isExponentNegative = bytes[ahead] == UInt8(ascii: "-")
        ahead += 1
      }
      let firstDigit = ahead
      while ahead < end, let digit = digitValue(bytes[ahead]) {
        exponent = min(exponent * 10 + Int(digit), 100_000)
        ahead += 1
      }
      guard ahead > firstDigit else { return nil }
      if isExponentNegative { exponent = -exponent }
      cursor = ahead
    }

    let power = exponent - fractionDigits
    let magnitude: Double
    if significant <= 19, mantissa <= 1 << 53, abs(power) <= 22 {
      magnitude =
        power < 0 ? Double(mantissa) / powersOfTen[-power] : Double(mantissa) * powersOfTen[power]
    } else {
      magnitude = abs(roundedByLibrary(bytes[index..<cursor]))
    }
    guard magnitude.isFinite else { return nil }
    index = cursor
    return isNegative ? -magnitude : magnitude
  }

  @inline(__always)
  private static func digitValue(_ byte: UInt8) -> UInt8? {
    let digit = byte &- UInt8(ascii: "0")
    return digit <= 9 ? digit : nil
  }

  private static func roundedByLibrary(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Double {
    var text = bytes.map { CChar(bitPattern: $0) }
    text.append(0)
    return strtod(text, nil)
  }

  /// 10^0 … 10^22, all exact in double precision.
  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
  ]
}
