extension DecimalNumber {
  /// The double nearest to `mantissa / 10^power`, ties to even; `power` is 0 … 19.
  ///
  /// Volumes such as `123456789.12345678` have mantissas beyond 2^53, where a division of doubles would round
  /// twice. Here the quotient of whole numbers keeps at least 62 bits, the remainder becomes the last of them,
  /// and the conversion rounds once.
  package static func quotient(_ mantissa: UInt64, tenTo power: Int) -> Double {
    guard mantissa > 0 else { return 0 }
    let divisor = wholePowersOfTen[power]
    let (mantissaShift, divisorShift) = (mantissa.leadingZeroBitCount, divisor.leadingZeroBitCount)
    let shifted = mantissa << mantissaShift
    // The high word is below 2^63 and the divisor is not, so the quotient fits one word.
    let (quotient, remainder) = (divisor << divisorShift).dividingFullWidth((shifted >> 1, shifted << 63))
    let rounded = Double(remainder == 0 ? quotient : quotient | 1)
    return Double(sign: .plus, exponent: divisorShift - mantissaShift - 63, significand: rounded)
  }

  /// 10^0 … 10^19, all that fit 64 bits.
  private static let wholePowersOfTen: [UInt64] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
    100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
    10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
  ]
}
