extension SIMD8<Float> {
  /// The first `count` floats, fewer than eight, and zeros; reads nothing behind them.
  @inlinable @inline(__always)
  package init(at pointer: UnsafePointer<Float>, count: Int) {
    var (low, high) = (SIMD4<Float>.zero, SIMD4<Float>.zero)
    if count & 4 != 0 {
      low = UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Float>.self)
      high = Self.upToThree(pointer + 4, count)
    } else {
      low = Self.upToThree(pointer, count)
    }
    self.init(lowHalf: low, highHalf: high)
  }

  @inlinable @inline(__always)
  static func upToThree(_ pointer: UnsafePointer<Float>, _ count: Int) -> SIMD4<Float> {
    var (low, high) = (SIMD2<Float>.zero, SIMD2<Float>.zero)
    if count & 2 != 0 {
      low = UnsafeRawPointer(pointer).loadUnaligned(as: SIMD2<Float>.self)
      if count & 1 != 0 { high[0] = pointer[2] }
    } else if count & 1 != 0 {
      low[0] = pointer[0]
    }
    return SIMD4(lowHalf: low, highHalf: high)
  }

  /// Stores the first `count` elements, fewer than eight.
  @inlinable @inline(__always)
  package func store(first count: Int, to pointer: UnsafeMutablePointer<Float>) {
    var target = pointer
    var four = lowHalf
    if count & 4 != 0 {
      UnsafeMutableRawPointer(target).storeBytes(of: four, as: SIMD4<Float>.self)
      four = highHalf
      target += 4
    }
    var two = four.lowHalf
    if count & 2 != 0 {
      UnsafeMutableRawPointer(target).storeBytes(of: two, as: SIMD2<Float>.self)
      two = four.highHalf
      target += 2
    }
    if count & 1 != 0 { target[0] = two[0] }
  }

  /// Its first `count` elements, and `filler` behind them.
  @inlinable @inline(__always)
  package func first(_ count: Int, filledWith filler: Float = 0) -> Self {
    let places = Self(0, 1, 2, 3, 4, 5, 6, 7)
    return Self(repeating: Float(count)).whereGreater(
      than: places, self, otherwise: Self(repeating: filler))
  }
}

extension SIMD8<Float> {
  /// Eight floats, or the first `count` and zeros where there are fewer.
  @inlinable @inline(__always)
  package init(at pointer: UnsafePointer<Float>, upTo count: Int) {
    if count >= 8 { self.init(at: pointer) } else { self.init(at: pointer, count: count) }
  }

  /// Stores eight elements, or the first `count` where there are fewer.
  @inlinable @inline(__always)
  package func store(to pointer: UnsafeMutablePointer<Float>, upTo count: Int) {
    if count >= 8 { store(to: pointer) } else { store(first: count, to: pointer) }
  }
}
