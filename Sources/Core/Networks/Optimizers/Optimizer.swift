package import Tensors

/// How parameters follow their gradients; g below is the gradient, with weight decay λ p added unless decay is
/// decoupled.
package struct Optimizer: Sendable, Equatable {
  package enum Method: Sendable, Equatable {
    /// v = μ v + g, p -= η v.
    case descent(momentum: Float)
    /// m = β₁ m + (1 - β₁) g, v = β₂ v + (1 - β₂) g², p -= η m̂ / (√v̂ + ε), with m̂, v̂ corrected for their start.
    ///
    /// Kingma, Ba, https://arxiv.org/abs/1412.6980; decoupled decay Loshchilov, Hutter,
    /// https://arxiv.org/abs/1711.05101; with `keepsGreatest` v̂ never falls, Reddi et al.,
    /// https://openreview.net/forum?id=ryQu7f-RZ.
    case adam(first: Float, second: Float, epsilon: Float, keepsGreatest: Bool, decouplesDecay: Bool)
    /// s += g², p -= η g / (√s + ε), s begun at `start`. Duchi, Hazan, Singer, JMLR 12, 2011.
    case adagrad(epsilon: Float, start: Float = 0)
    /// Follow the regularised leader, proximal: McMahan et al., «Ad click prediction», KDD 2013, algorithm 1.
    ///
    /// It begins where the parameters do, and keeps η z in place of z, so that a changing rate, be it 0, scales
    /// steps and not parameters: without penalties p -= η g / (β + √Σ g²). The sum begins at `start`.
    case ftrl(beta: Float, absolute: Float, square: Float, start: Float = 0)
  }

  package var method: Method
  package var weightDecay: Float

  package init(_ method: Method, weightDecay: Float = 0) {
    self.method = method
    self.weightDecay = weightDecay
  }

  /// Arrays of the size of the parameters that the method keeps from step to step.
  package var stateCount: Int {
    switch method {
    case .descent(let momentum): momentum == 0 ? 0 : 1
    case .adam(_, _, _, let keepsGreatest, _): keepsGreatest ? 3 : 2
    case .adagrad: 1
    case .ftrl: 2
    }
  }

  /// What is the same for all elements of a step.
  struct Step {
    let rate: Float
    /// 1 - β₁ᵗ and √(1 - β₂ᵗ).
    let firstCorrection: Float
    let secondCorrection: Float
    /// What every gradient is multiplied by, for clipping.
    let gradientScale: Float
    var isFirst = false
  }

  /// `number` counts from 1.
  func step(number: Int, rate: Float, gradientScale: Float) -> Step {
    guard case .adam(let first, let second, _, _, _) = method else {
      return Step(
        rate: rate, firstCorrection: 1, secondCorrection: 1, gradientScale: gradientScale,
        isFirst: number == 1)
    }
    return Step(
      rate: rate, firstCorrection: Float(1 - Self.power(Double(first), number)),
      secondCorrection: Float((1 - Self.power(Double(second), number)).squareRoot()),
      gradientScale: gradientScale)
  }

  /// By repeated squaring, so that step a million costs twenty products.
  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }

  /// Updates a run of parameters, a multiple of eight of them.
  ///
  /// `gradients` holds one pointer a lane; they are added in the order of lanes. `state` are the kept arrays.
  func update(
    _ parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<UnsafeMutablePointer<Float>>,
    lanes: Int, offset: Int, count: Int, state: UnsafeMutablePointer<Float>, stateStride: Int, _ step: Step
  ) {
    let scale = Vector8(repeating: step.gradientScale)
    let rate = Vector8(repeating: step.rate)
    let decay = Vector8(repeating: weightDecay)
    @inline(__always) func gradient(_ index: Int, _ parameter: Vector8, decays: Bool) -> Vector8 {
      var sum = Vector8(at: gradients[0] + index)
      for lane in 1..<max(lanes, 1) { sum += Vector8(at: gradients[lane] + index) }
      if step.gradientScale != 1 { sum *= scale }
      return decays ? sum.addingProduct(decay, parameter) : sum
    }
    let decays = weightDecay != 0
    let indices = Swift.stride(from: offset, to: offset + count, by: 8)
    switch method {
    case .descent(let momentum):
      let keep = Vector8(repeating: momentum)
      for index in indices {
        let p = Vector8(at: parameters + index)
        var g = gradient(index, p, decays: decays)
        if momentum != 0 {
          g = g.addingProduct(keep, Vector8(at: state + index))
          g.store(to: state + index)
        }
        p.addingProduct(-rate, g).store(to: parameters + index)
      }
    case .adam(let first, let second, let epsilon, let keepsGreatest, let decouplesDecay):
      let (b1, b2) = (Vector8(repeating: first), Vector8(repeating: second))
      let (c1, c2) = (Vector8(repeating: 1 - first), Vector8(repeating: 1 - second))
      let small = Vector8(repeating: epsilon)
      let pace = Vector8(repeating: step.rate / step.firstCorrection)
      let widen = Vector8(repeating: 1 / step.secondCorrection)
      let shrink = Vector8(repeating: 1 - step.rate * weightDecay)
      for index in indices {
        var p = Vector8(at: parameters + index)
        let g = gradient(index, p, decays: decays && !decouplesDecay)
        if decays && decouplesDecay { p *= shrink }
        let m = (c1 * g).addingProduct(b1, Vector8(at: state + index))
        let v = (c2 * g * g).addingProduct(b2, Vector8(at: state + stateStride + index))
        m.store(to: state + index)
        v.store(to: state + stateStride + index)
        var spread = v
        if keepsGreatest {
          spread = Vector8(at: state + 2 * stateStride + index).atLeast(v)
          spread.store(to: state + 2 * stateStride + index)
        }
        p.addingProduct(-pace, m / small.addingProduct(spread.root, widen)).store(to: parameters + index)
      }
    case .adagrad(let epsilon, let start):
      let begun = Vector8(repeating: start)
      let small = Vector8(repeating: epsilon)
      for index in indices {
        let p = Vector8(at: parameters + index)
        let g = gradient(index, p, decays: decays)
        let s = (step.isFirst ? begun : Vector8(at: state + index)).addingProduct(g, g)
        s.store(to: state + index)
        p.addingProduct(-rate, g / (s.root + small)).store(to: parameters + index)
      }
    case .ftrl(let beta, let absolute, let square, let start):
      let begun = Vector8(repeating: start)
      let b = Vector8(repeating: beta + step.rate * square)
      let l1 = Vector8(repeating: step.rate * absolute)
      for index in indices {
        let p = Vector8(at: parameters + index)
        let g = gradient(index, p, decays: decays)
        var (z, n) = (Vector8(at: state + index), Vector8(at: state + stateStride + index))
        if step.isFirst {
          n = begun
          // The z that gives these parameters.
          let positive = p.whereGreater(than: .zero, l1, otherwise: .zero)
          z = (-p).whereGreater(than: .zero, l1, otherwise: -positive).addingProduct(
            -(b + n.root), p)
        }
        let next = n.addingProduct(g, g)
        z = z.addingProduct(rate, g).addingProduct(n.root - next.root, p)
        z.store(to: state + index)
        next.store(to: state + stateStride + index)
        let bound = z.whereGreater(than: .zero, l1, otherwise: -l1)
        let moved = (bound - z) / (b + next.root)
        z.magnitude.whereGreater(than: l1, moved, otherwise: .zero).store(to: parameters + index)
      }
    }
  }
}
