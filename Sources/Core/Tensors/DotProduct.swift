/// The dot product of two runs of doubles, in a fixed order: eight sums, taken in turn, added as a tree.
///
/// Plain products and sums, never fused, so that every machine gives the same bits.
func dotProduct(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Double {
  var sums = SIMD8<Double>.zero
  var index = 0
  while index + 8 <= count {
    let left = UnsafeRawPointer(a + index).loadUnaligned(as: SIMD8<Double>.self)
    let right = UnsafeRawPointer(b + index).loadUnaligned(as: SIMD8<Double>.self)
    sums += left * right
    index += 8
  }
  var rest = 0.0
  while index < count {
    rest += a[index] * b[index]
    index += 1
  }
  let half = sums.lowHalf + sums.highHalf
  let quarter = half.lowHalf + half.highHalf
  return quarter[0] + quarter[1] + rest
}
