private import Numerics

/// The learning rate of each step.
package struct Schedule: Sendable, Equatable {
  package enum Shape: Sendable, Equatable {
    case constant
    /// To zero over all steps.
    case linear
    /// From zero over the first epochs, then half a cosine to zero, step by step.
    case cosine(warmupEpochs: Int)
    /// Multiplied by `factor` every `epochs`.
    case step(factor: Double, epochs: Int)
    /// Multiplied by `factor` when validation has not improved for more than `patience` epochs.
    case plateau(factor: Double, patience: Int)
  }

  package var shape: Shape
  package var peak: Double

  package init(_ shape: Shape, peak: Double) {
    self.shape = shape
    self.peak = peak
  }

  /// The rate of a step, counted from 0; `reductions` is how often a plateau was met.
  package func rate(step: Int, stepsPerEpoch: Int, epochs: Int, reductions: Int) -> Double {
    let total = stepsPerEpoch * epochs
    switch shape {
    case .constant: return peak
    case .linear: return peak * (1 - Double(step) / Double(max(total, 1)))
    case .cosine(let warmupEpochs):
      let warmup = warmupEpochs * stepsPerEpoch
      if step < warmup { return peak * Double(step) / Double(warmup) }
      let share = Double(step - warmup) / Double(max(total - warmup, stepsPerEpoch))
      return peak * 0.5 * (1 + Elementary.cos(.pi * min(share, 1)))
    case .step(let factor, let epochs): return peak * Self.power(factor, step / stepsPerEpoch / epochs)
    case .plateau(let factor, _): return peak * Self.power(factor, reductions)
    }
  }

  private static func power(_ factor: Double, _ count: Int) -> Double {
    (0..<count).reduce(1) { product, _ in product * factor }
  }
}
