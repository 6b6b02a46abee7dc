extension Rolling {
  /// The greatest value.
  static func maximum(
    of values: UnsafeBufferPointer<Double>, period: Int, into out: UnsafeMutableBufferPointer<Double>
  ) {
    extreme(of: values, period: period, into: out) { $0 > $1 ? $0 : $1 }
  }

  /// The smallest value.
  static func minimum(
    of values: UnsafeBufferPointer<Double>, period: Int, into out: UnsafeMutableBufferPointer<Double>
  ) {
    extreme(of: values, period: period, into: out) { $0 < $1 ? $0 : $1 }
  }

  /// Always inlined, so that `winner` is one instruction and no call.
  @inline(__always)
  private static func extreme(
    of values: UnsafeBufferPointer<Double>, period: Int, into out: UnsafeMutableBufferPointer<Double>,
    _ winner: (Double, Double) -> Double
  ) {
    blocks(of: values, period: period, sums: 1) { first, tails in
      // The block's first value is in every window of it: tails of length 0 begin with it.
      tails[0] = values[first]
      for age in 1..<period { tails[age] = winner(values[first - age], tails[age - 1]) }
      var best = values[first]
      for row in first..<min(first + period, values.count) {
        best = winner(values[row], best)
        out[row] = winner(tails[first + period - 1 - row], best)
      }
    }
  }
}
