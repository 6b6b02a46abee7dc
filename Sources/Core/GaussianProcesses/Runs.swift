/// Sums over runs of doubles in a fixed order: eight fused sums, taken in turn, added as a tree.
enum Runs {
  @inline(__always)
  static func load(_ pointer: UnsafePointer<Double>) -> SIMD8<Double> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Double>.self)
  }

  @inline(__always)
  static func load(_ pointer: UnsafeMutablePointer<Double>) -> SIMD8<Double> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Double>.self)
  }

  @inline(__always)
  static func store(_ value: SIMD8<Double>, _ pointer: UnsafeMutablePointer<Double>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: SIMD8<Double>.self)
  }

  @inline(__always)
  static func total(_ sums: SIMD8<Double>) -> Double {
    let four = sums.lowHalf + sums.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }

  /// Σ a b.
  static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Double {
    var sums = SIMD8<Double>.zero
    var place = 0
    while place + 8 <= count {
      sums = sums.addingProduct(load(a + place), load(b + place))
      place += 8
    }
    var rest = total(sums)
    while place < count {
      rest += a[place] * b[place]
      place += 1
    }
    return rest
  }

  /// Σ a (b − c)².
  static func weightedSquares(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ c: Double, count: Int
  ) -> Double {
    var sums = SIMD8<Double>.zero
    let center = SIMD8<Double>(repeating: c)
    var place = 0
    while place + 8 <= count {
      let distance = load(b + place) - center
      sums = sums.addingProduct(load(a + place), distance * distance)
      place += 8
    }
    var rest = total(sums)
    while place < count {
      let distance = b[place] - c
      rest += a[place] * (distance * distance)
      place += 1
    }
    return rest
  }
}
