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
    /// Half a cosine to zero, again and again, each over so many epochs; the networks at the ends are worth keeping
    /// (Huang et al., «Snapshot ensembles», https://arxiv.org/abs/1704.00109).
    case cyclic(epochs: Int)
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
    case .cyclic(let epochs):
      let length = max(stepsPerEpoch * epochs, 1)
      return peak * 0.5 * (1 + Elementary.cos(.pi * Double(step % length) / Double(length)))
    }
  }

  /// Epochs from one network that can be compared with others to the next.
  var cycle: Int {
    if case .cyclic(let epochs) = shape { return epochs }
    return 1
  }

  /// Whether an epoch, counted from 1, leaves a network that can be compared with others: in the middle of a cycle the
  /// rate is high.
  func settles(inEpoch epoch: Int) -> Bool {
    epoch % cycle == 0
  }

  private static func power(_ factor: Double, _ count: Int) -> Double {
    (0..<count).reduce(1) { product, _ in product * factor }
  }
}
