private import Glibc

/// A number written in decimal digits, as files write it.
///
/// `Double("nan")`, `Double("0x1p3")` and `Double("1e400")` all succeed in Swift; a price file that holds one
/// of them is damaged. The grammar here is `[-+] digits [. digits] [e [-+] digits]`, and the value must be
/// finite. The result is the double nearest to the decimal, exactly: by Clinger's fast path where mantissa and
/// power of ten are both exact, by ``quotient(_:tenTo:)`` where the mantissa fits 64 bits, by the C library's
/// correctly rounding `strtod` elsewhere.
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
    guard let base = bytes.baseAddress else { return nil }
    let end = bytes.count
    var cursor = index
    var isNegative = false
    if cursor < end, base[cursor] == UInt8(ascii: "-") || base[cursor] == UInt8(ascii: "+") {
      isNegative = base[cursor] == UInt8(ascii: "-")
      cursor += 1
    }

    var mantissa: UInt64 = 0
    let firstDigit = cursor
    takeDigits(base, &cursor, end, into: &mantissa)
    var digits = cursor - firstDigit
    var fractionDigits = 0
    if cursor < end, base[cursor] == UInt8(ascii: ".") {
      cursor += 1
      let start = cursor
      takeDigits(base, &cursor, end, into: &mantissa)
      fractionDigits = cursor - start
      digits += fractionDigits
    }
    guard digits > 0 else { return nil }

    var exponent = 0
    if cursor < end, base[cursor] | 0x20 == UInt8(ascii: "e") {
      guard let written = takeExponent(base, &cursor, end) else { return nil }
      exponent = written
    }

    // More than 19 digits may have overflowed the mantissa, even where the first ones are zeros.
    let power = exponent - fractionDigits
    let magnitude =
      (digits <= 19 ? exactMagnitude(mantissa, power) : nil)
      ?? abs(roundedByLibrary(UnsafeBufferPointer(rebasing: bytes[index..<cursor])))
    guard magnitude.isFinite else { return nil }
    index = cursor
    return isNegative ? -magnitude : magnitude
  }

  /// Reads digits, eight at a time, and moves `cursor` behind them.
  ///
  /// Eight bytes become a number by three multiplications (Daniel Lemire, «Quickly parsing eight digits»,
  /// https://lemire.me/blog/2022/01/21/swar-explained-parsing-eight-digits/).
  @inline(__always)
  private static func takeDigits(
    _ base: UnsafePointer<UInt8>, _ cursor: inout Int, _ end: Int, into mantissa: inout UInt64
  ) {
    while end - cursor >= 8 {
      let chunk = UInt64(
        littleEndian: UnsafeRawPointer(base + cursor).loadUnaligned(as: UInt64.self))
      let values = chunk ^ 0x3030_3030_3030_3030
      let strangers = (values &+ 0x0606_0606_0606_0606 | values) & 0xF0F0_F0F0_F0F0_F0F0
      let count = strangers == 0 ? 8 : strangers.trailingZeroBitCount >> 3
      guard count > 0 else { return }
      // The digits move to the top; zeros come before them.
      let aligned = values << UInt64(64 - 8 * count)
      let pairs = aligned &* 10 &+ aligned >> 8
      let upper = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
      let lower = (pairs >> 16 & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
      mantissa = mantissa &* wholePowersOfTen[count] &+ (upper &+ lower) >> 32
      cursor += count
      guard count == 8 else { return }
    }
    while cursor < end, let digit = digitValue(base[cursor]) {
      mantissa = mantissa &* 10 &+ UInt64(digit)
      cursor += 1
    }
  }

  /// Reads `e`, a sign and digits; nil when digits are missing.
  private static func takeExponent(
    _ base: UnsafePointer<UInt8>, _ cursor: inout Int, _ end: Int
  ) -> Int? {
    var exponent = 0
    cursor += 1
    var isNegative = false
    if cursor < end, base[cursor] == UInt8(ascii: "-") || base[cursor] == UInt8(ascii: "+") {
      isNegative = base[cursor] == UInt8(ascii: "-")
      cursor += 1
    }
    let firstDigit = cursor
    while cursor < end, let digit = digitValue(base[cursor]) {
      exponent = min(exponent * 10 + Int(digit), 100_000)
      cursor += 1
    }
    guard cursor > firstDigit else { return nil }
    return isNegative ? -exponent : exponent
  }

  /// The double nearest to mantissa × 10^power where that takes one correctly rounded operation; nil elsewhere.
  @inline(__always)
  private static func exactMagnitude(_ mantissa: UInt64, _ power: Int) -> Double? {
    if mantissa <= 1 << 53, abs(power) <= 22 {
      return power < 0 ? Double(mantissa) / powersOfTen[-power] : Double(mantissa) * powersOfTen[power]
    }
    return (-19...0).contains(power) ? quotient(mantissa, tenTo: -power) : nil
  }

  @inline(__always)
  private static func digitValue(_ byte: UInt8) -> UInt8? {
    let digit = byte &- UInt8(ascii: "0")
    return digit <= 9 ? digit : nil
  }

  private static func roundedByLibrary(_ bytes: UnsafeBufferPointer<UInt8>) -> Double {
    var text = bytes.map { CChar(bitPattern: $0) }
    text.append(0)
    return strtod(text, nil)
  }

  /// 10^0 … 10^8.
  private static let wholePowersOfTen: [UInt64] = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
  ]

  /// 10^0 … 10^22, all exact in double precision.
  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
  ]
}
