extension UInt64 {
  /// The output of SplitMix64 for this state: every bit depends on every bit.
  ///
  /// Source: https://prng.di.unimi.it/splitmix64.c
  @inline(__always)
  var scrambled: UInt64 {
    var value = self &+ 0x9E37_79B9_7F4A_7C15
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// From 0 to just below 1, by the upper 53 bits.
  @inline(__always)
  var unit: Double { Double(self >> 11) * 0x1p-53 }

  /// A text's key: FNV-1a, then scrambled.
  init(keyOf text: String) {
    self = text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }.scrambled
  }
}
