internal import Tensors

/// A row of gated recurrent units: what ``GRU``, ``RecurrentDecoder`` and ``AncestralSampling`` do step by step.
///
/// Four parts of W numbers each: of candidate, reset and update what input, state and bias add up to, and the state's
/// part of the candidate. r, z = σ(…), n = tanh(a + r (state's part)), h' = (1 - z) n + z h. Cho et al.,
/// https://arxiv.org/abs/1406.1078, with the reset gate behind the product as in PyTorch, cuDNN and Keras.
struct GatedUnits {
  /// W.
  let width: Int

  /// One step: the parts become n, r and z, the last stays, and the next state goes to `next`, which may be `before`,
  /// and to `result`.
  @inline(__always)
  func advance(
    _ parts: UnsafeMutablePointer<Float>, _ before: UnsafePointer<Float>,
    into next: UnsafeMutablePointer<Float>, and result: UnsafeMutablePointer<Float>? = nil
  ) {
    @inline(__always) func run<A: UnitAccess>(_: A.Type, _ unit: Int, _ count: Int) {
      let r = A.load(parts + width + unit, count).sigmoid
      let z = A.load(parts + 2 * width + unit, count).sigmoid
      let part = A.load(parts + 3 * width + unit, count)
      let n = A.load(parts + unit, count).addingProduct(r, part).hyperbolicTangent
      let h = n.addingProduct(z, A.load(before + unit, count) - n)
      A.store(n, parts + unit, count)
      A.store(r, parts + width + unit, count)
      A.store(z, parts + 2 * width + unit, count)
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

  /// The slopes of the four parts, in place, and in `slopes`, which hold those of the next state, what passes by the
  /// gates to the state before; `given` is added to those of the next state.
  @inline(__always)
  func retreat(
    _ parts: UnsafeMutablePointer<Float>, _ before: UnsafePointer<Float>,
    _ slopes: UnsafeMutablePointer<Float>, given: UnsafePointer<Float>? = nil
  ) {
    let one = Vector8(repeating: 1)
    @inline(__always) func run<A: UnitAccess>(_: A.Type, _ unit: Int, _ count: Int) {
      var slope = A.load(slopes + unit, count)
      if let given { slope += A.load(given + unit, count) }
      let n = A.load(parts + unit, count)
      let r = A.load(parts + width + unit, count)
      let z = A.load(parts + 2 * width + unit, count)
      let part = A.load(parts + 3 * width + unit, count)
      let candidate = slope * (one - z) * (one - n * n)
      A.store(candidate, parts + unit, count)
      A.store(candidate * part * r * (one - r), parts + width + unit, count)
      A.store(slope * (A.load(before + unit, count) - n) * z * (one - z), parts + 2 * width + unit, count)
      A.store(candidate * r, parts + 3 * width + unit, count)
      A.store(slope * z, slopes + unit, count)
    }
    var unit = 0
    while unit + 8 <= width {
      run(WholeUnits.self, unit, 8)
      unit += 8
    }
    if unit < width { run(LastUnits.self, unit, width - unit) }
  }

  /// The next state in doubles, of a bias [4 W] and what each column of the input's weight, candidate, reset and update,
  /// and of the state's weight, reset, update and candidate, makes.
  func reference(
    _ before: [Double], bias: ArraySlice<Double>, input: (_ column: Int) -> Double,
    state: (_ column: Int) -> Double
  ) -> [Double] {
    let bias = Array(bias)
    return (0..<width).map { unit in
      let r = Activation.sigmoid.reference(input(width + unit) + state(unit) + bias[width + unit])
      let z = Activation.sigmoid.reference(
        input(2 * width + unit) + state(width + unit) + bias[2 * width + unit])
      let part = state(2 * width + unit) + bias[3 * width + unit]
      let n = Activation.tanh.reference(input(unit) + bias[unit] + r * part)
      return (1 - z) * n + z * before[unit]
    }
  }
}
