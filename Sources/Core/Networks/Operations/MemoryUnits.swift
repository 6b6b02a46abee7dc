internal import Tensors

/// A row of units with long short-term memory: what ``LSTM`` and ``AncestralSampling`` do step by step.
///
/// Four gates of W numbers each, input, forget, candidate and output: i, f, o = σ(…), g = tanh(…), c' = f c + i g,
/// h' = o tanh(c'). Hochreiter, Schmidhuber, Neural Computation 9(8), 1997; Gers et al., 2000 for the forget gate.
struct MemoryUnits {
  /// W.
  let width: Int

  /// One step: what input, state and bias add up to becomes i, f, g and o; the next memory goes to `cell`, which may
  /// be `before`, its tanh to `bent`, and the next state to `next` and `result`.
  ///
  /// There is no memory before the first step.
  @inline(__always)
  func advance(
    _ gates: UnsafeMutablePointer<Float>, _ before: UnsafePointer<Float>?,
    _ cell: UnsafeMutablePointer<Float>, bent: UnsafeMutablePointer<Float>? = nil,
    into next: UnsafeMutablePointer<Float>, and result: UnsafeMutablePointer<Float>? = nil
  ) {
    @inline(__always) func run<A: UnitAccess>(_: A.Type, _ unit: Int, _ count: Int) {
      let i = A.load(gates + unit, count).sigmoid
      let f = A.load(gates + width + unit, count).sigmoid
      let g = A.load(gates + 2 * width + unit, count).hyperbolicTangent
      let o = A.load(gates + 3 * width + unit, count).sigmoid
      let kept = if let before { f * A.load(before + unit, count) } else { Vector8.zero }
      let c = kept.addingProduct(i, g)
      let t = c.hyperbolicTangent
      let h = o * t
      A.store(i, gates + unit, count)
      A.store(f, gates + width + unit, count)
      A.store(g, gates + 2 * width + unit, count)
      A.store(o, gates + 3 * width + unit, count)
      A.store(c, cell + unit, count)
      if let bent { A.store(t, bent + unit, count) }
      A.store(h, next + unit, count)
      if let result { A.store(h, result + unit, count) }
    }
    var unit = 0
    while unit + 8 <= width {
      run(WholeUnits.self, unit, 8)
      unit += 8
    }
    if unit < width { run(LastUnits.self, unit, width - unit) }
  }

  /// The slopes of the gates, in place, and in `cellSlopes` those of the memory before; `slopes` are those of the next
  /// state, to which `given` is added.
  @inline(__always)
  func retreat(
    _ gates: UnsafeMutablePointer<Float>, _ before: UnsafePointer<Float>?, bent: UnsafePointer<Float>,
    _ slopes: UnsafePointer<Float>, _ cellSlopes: UnsafeMutablePointer<Float>,
    given: UnsafePointer<Float>? = nil
  ) {
    let one = Vector8(repeating: 1)
    @inline(__always) func run<A: UnitAccess>(_: A.Type, _ unit: Int, _ count: Int) {
      var slope = A.load(slopes + unit, count)
      if let given { slope += A.load(given + unit, count) }
      let i = A.load(gates + unit, count)
      let f = A.load(gates + width + unit, count)
      let g = A.load(gates + 2 * width + unit, count)
      let o = A.load(gates + 3 * width + unit, count)
      let t = A.load(bent + unit, count)
      let c = A.load(cellSlopes + unit, count).addingProduct(slope * o, one - t * t)
      A.store(c * g * i * (one - i), gates + unit, count)
      let kept = if let before { A.load(before + unit, count) } else { Vector8.zero }
      A.store(c * kept * f * (one - f), gates + width + unit, count)
      A.store(c * i * (one - g * g), gates + 2 * width + unit, count)
      A.store(slope * t * o * (one - o), gates + 3 * width + unit, count)
      A.store(c * f, cellSlopes + unit, count)
    }
    var unit = 0
    while unit + 8 <= width {
      run(WholeUnits.self, unit, 8)
      unit += 8
    }
    if unit < width { run(LastUnits.self, unit, width - unit) }
  }

  /// The next state in doubles, of what each of the 4 W columns adds up to; the memory goes on.
  func reference(_ cell: inout [Double], gate: (_ column: Int) -> Double) -> [Double] {
    (0..<width).map { unit in
      let sigmoid = Activation.sigmoid.reference
      cell[unit] =
        sigmoid(gate(width + unit)) * cell[unit]
        + sigmoid(gate(unit)) * Activation.tanh.reference(gate(2 * width + unit))
      return sigmoid(gate(3 * width + unit)) * Activation.tanh.reference(cell[unit])
    }
  }
}
