private import Numerics
internal import Tensors

/// Multi-head attention of one query to the rows of a memory, as the operations of decoders need it step by step.
///
/// A memory is [T, 2 D]: keys and values side by side; head h owns the columns h d ..< (h + 1) d of each. Keys, or for
/// the way back values, are turned once a pass, [D, T], so that scores of eight rows stand in one register.
/// a = Σ p v with p = softmax(q · k / √d), of which a ``WeightMask`` may drop some. Vaswani et al.,
/// https://arxiv.org/abs/1706.03762.
struct QueryAttention {
  /// T.
  let length: Int
  /// D.
  let width: Int
  let heads: Int

  var headWidth: Int { width / heads }
  /// T in whole registers.
  var pitch: Int { (length + 7) / 8 * 8 }
  /// Weights of one query.
  var weightCount: Int { heads * pitch }
  /// Keys or values of one memory, turned.
  var turnedCount: Int { width * pitch }
  private var scale: Float { 1 / Float(headWidth).squareRoot() }

  /// Turns the keys, or the values, of a memory.
  func turn(_ part: UnsafePointer<Float>, into turned: UnsafeMutablePointer<Float>) {
    Elements.transpose(part, stride: 2 * width, rows: length, columns: width, into: turned, stride: pitch)
    for row in 0..<width {
      for place in length..<pitch { turned[row * pitch + place] = 0 }
    }
  }

  /// Gives the weights [heads, pitch] and their mean of the values, [D].
  @inline(__always)
  func forward(
    _ query: UnsafePointer<Float>, turnedKeys: UnsafePointer<Float>, memory: UnsafePointer<Float>,
    weights: UnsafeMutablePointer<Float>, mask: WeightMask? = nil, into target: UnsafeMutablePointer<Float>
  ) {
    for head in 0..<heads {
      let first = head * headWidth
      let mine = weights + head * pitch
      meet(query + first, turnedKeys + first * pitch, into: mine)
      soften(mine)
      let kept = mask?.applied(to: mine, from: head * pitch, count: pitch) ?? UnsafePointer(mine)
      gather(kept, memory + width + first, into: target + first)
    }
  }

  /// Adds to the slopes of a memory, and gives those of the query, which may take the place of `given`.
  ///
  /// `slopes` holds `pitch` floats.
  @inline(__always)
  func backward(
    _ given: UnsafePointer<Float>, _ query: UnsafePointer<Float>, turnedValues: UnsafePointer<Float>,
    memory: UnsafePointer<Float>, weights: UnsafePointer<Float>, memorySlopes: UnsafeMutablePointer<Float>?,
    mask: WeightMask? = nil, slopes: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    let factor = Vector8(repeating: scale)
    for head in 0..<heads {
      let first = head * headWidth
      let mine = weights + head * pitch
      meet(given + first, turnedValues + first * pitch, into: slopes)
      mask?.apply(to: slopes, from: head * pitch, count: pitch)
      var mean = Vector8.zero
      var place = 0
      while place < pitch {
        mean = mean.addingProduct(Vector8(at: mine + place), Vector8(at: slopes + place))
        place += 8
      }
      let middle = Vector8(repeating: mean.total)
      place = 0
      while place < pitch {
        let slope = (Vector8(at: slopes + place) - middle) * Vector8(at: mine + place)
        (slope * factor).store(to: slopes + place)
        place += 8
      }
      if let memorySlopes {
        spread(UnsafePointer(slopes), query + first, into: memorySlopes + first)
        let kept = mask?.applied(to: mine, from: head * pitch, count: pitch) ?? mine
        spread(kept, given + first, into: memorySlopes + width + first)
      }
      gather(UnsafePointer(slopes), memory + first, into: target + first)
    }
  }

  /// The products of a vector [d] with each turned row, [pitch].
  @inline(__always)
  private func meet(
    _ vector: UnsafePointer<Float>, _ turned: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    var place = 0
    while place < pitch {
      var sum = Vector8.zero
      for k in 0..<headWidth {
        sum = sum.addingProduct(Vector8(repeating: vector[k]), Vector8(at: turned + k * pitch + place))
      }
      sum.store(to: target + place)
      place += 8
    }
  }

  /// The mean of the memory's rows by weights: Σ w row, [d].
  @inline(__always)
  private func gather(
    _ weights: UnsafePointer<Float>, _ rows: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    @inline(__always) func run<A: UnitAccess>(_: A.Type, _ unit: Int, _ count: Int) {
      var (even, odd) = (Vector8.zero, Vector8.zero)
      var row = 0
      while row + 2 <= length {
        even = even.addingProduct(
          Vector8(repeating: weights[row]), A.load(rows + row * 2 * width + unit, count))
        odd = odd.addingProduct(
          Vector8(repeating: weights[row + 1]), A.load(rows + (row + 1) * 2 * width + unit, count))
        row += 2
      }
      if row < length {
        even = even.addingProduct(
          Vector8(repeating: weights[row]), A.load(rows + row * 2 * width + unit, count))
      }
      A.store(even + odd, target + unit, count)
    }
    forEachRun { unit in
      run(WholeUnits.self, unit, 8)
    } last: { unit, count in
      run(LastUnits.self, unit, count)
    }
  }

  /// Adds w row by row to the memory's slopes.
  @inline(__always)
  private func spread(
    _ weights: UnsafePointer<Float>, _ vector: UnsafePointer<Float>, into rows: UnsafeMutablePointer<Float>
  ) {
    @inline(__always) func run<A: UnitAccess>(_: A.Type, _ unit: Int, _ count: Int) {
      let value = A.load(vector + unit, count)
      for row in 0..<length {
        let target = rows + row * 2 * width + unit
        A.store(
          A.load(UnsafePointer(target), count).addingProduct(Vector8(repeating: weights[row]), value), target,
          count)
      }
    }
    forEachRun { unit in
      run(WholeUnits.self, unit, 8)
    } last: { unit, count in
      run(LastUnits.self, unit, count)
    }
  }

  @inline(__always)
  private func forEachRun(_ whole: (Int) -> Void, last: (Int, Int) -> Void) {
    var unit = 0
    while unit + 8 <= headWidth {
      whole(unit)
      unit += 8
    }
    if unit < headWidth { last(unit, headWidth - unit) }
  }

  @inline(__always)
  private func soften(_ scores: UnsafeMutablePointer<Float>) {
    let factor = Vector8(repeating: scale)
    let greatest = Vector8(repeating: Elements.greatest(UnsafePointer(scores), count: length)) * factor
    var sum = Vector8.zero
    var place = 0
    while place < pitch {
      var e = (-greatest).addingProduct(Vector8(at: scores + place), factor).exponential
      if length - place < 8 { e = e.first(length - place) }
      e.store(to: scores + place)
      sum += e
      place += 8
    }
    let norm = Vector8(repeating: 1 / sum.total)
    place = 0
    while place < pitch {
      (Vector8(at: scores + place) * norm).store(to: scores + place)
      place += 8
    }
  }

  /// The same in doubles: a query [D] to a memory [T, 2 D].
  func reference(_ query: [Double], _ memory: ArraySlice<Double>) -> [Double] {
    var result: [Double] = []
    let start = memory.startIndex
    for head in 0..<heads {
      let first = head * headWidth
      var weights = (0..<length).map { row in
        (0..<headWidth).reduce(0) { $0 + query[first + $1] * memory[start + row * 2 * width + first + $1] }
          / Double(headWidth).squareRoot()
      }
      let top = weights.max() ?? 0
      weights = weights.map { Elementary.exp($0 - top) }
      let sum = weights.reduce(0, +)
      for k in 0..<headWidth {
        result.append(
          (0..<length).reduce(0) {
            $0 + weights[$1] / sum * memory[start + $1 * 2 * width + width + first + k]
          })
      }
    }
    return result
  }
}

/// Which weights of one query are dropped, and by how much the others grow.
///
/// Srivastava et al., «Dropout», JMLR 15, 2014, inverted. Backward draws the mask once more instead of keeping it.
struct WeightMask {
  let bits: RandomBits
  let rate: Float
  /// The number of the query's first weight in its whole batch.
  let start: Int
  /// For as many weights as one head has.
  let scratch: UnsafeMutablePointer<Float>

  /// What is left of a head's weights, the first of which is the query's number `first`.
  @inline(__always)
  func applied(to weights: UnsafePointer<Float>, from first: Int, count: Int) -> UnsafePointer<Float> {
    var place = 0
    while place < count {
      (Vector8(at: weights + place) * bits.keep(at: start + first + place, rate: rate))
        .store(to: scratch + place)
      place += 8
    }
    return UnsafePointer(scratch)
  }

  @inline(__always)
  func apply(to slopes: UnsafeMutablePointer<Float>, from first: Int, count: Int) {
    var place = 0
    while place < count {
      (Vector8(at: slopes + place) * bits.keep(at: start + first + place, rate: rate))
        .store(to: slopes + place)
      place += 8
    }
  }
}
