private import Numerics

/// The probability that the try which looked best is below the middle of all tries afterwards.
///
/// Combinatorially symmetric cross-validation: the bars are cut into S parts of one length, every half of the parts
/// chooses the try with the best Sharpe ratio, and the other half says which place it takes. Bailey, Borwein, López de
/// Prado and Zhu, «The probability of backtest overfitting», Journal of Computational Finance 20(4), 2017
/// (https://www.davidhbailey.com/dhbpapers/backtest-prob.pdf).
package struct BacktestOverfitting: Sendable, Equatable {
  /// The share of the choices whose logit is not above zero.
  package let probability: Double
  /// ln(ω / (1 − ω)) of each choice, ω its relative place among all tries in the other half.
  package let logits: [Double]

  /// - Parameters:
  ///   - returns: of each try, [N][T].
  ///   - parts: S, even; bars that do not fill a part are left out at the beginning.
  ///
  /// Nil with fewer than two tries, or parts of fewer than two bars.
  package init?(returns: [[Double]], parts: Int = 16) {
    precondition(parts >= 2 && parts <= 20 && parts.isMultiple(of: 2), "\(parts) parts")
    guard returns.count > 1, let bars = returns.first?.count, bars / parts >= 2 else { return nil }
    precondition(returns.allSatisfy { $0.count == bars }, "returns of the same bars")
    let length = bars / parts
    let first = bars - length * parts
    let cells = returns.map { values in
      (0..<parts).map { Sums(values[(first + $0 * length)..<(first + ($0 + 1) * length)]) }
    }
    var logits: [Double] = []
    for choice in 0..<(1 << parts) where choice.nonzeroBitCount == parts / 2 {
      let inside = cells.map { Sums(adding: $0, where: { choice >> $0 & 1 == 1 }).sharpe }
      let outside = cells.map { Sums(adding: $0, where: { choice >> $0 & 1 == 0 }).sharpe }
      var best = 0
      for index in inside.indices where inside[index] > inside[best] { best = index }
      let below = outside.reduce(0) { $1 < outside[best] ? $0 + 1 : $0 }
      let equal = outside.reduce(0) { $1 == outside[best] ? $0 + 1 : $0 }
      // Equals share their places.
      let place = Double(below) + Double(equal + 1) / 2
      let relative = place / Double(returns.count + 1)
      logits.append(Elementary.log(relative / (1 - relative)))
    }
    self.logits = logits
    probability = Double(logits.reduce(0) { $1 <= 0 ? $0 + 1 : $0 }) / Double(logits.count)
  }

  private struct Sums {
    var count = 0.0
    var sum = 0.0
    var squares = 0.0

    init(_ values: ArraySlice<Double>) {
      for value in values {
        count += 1
        sum += value
        squares += value * value
      }
    }

    init(adding parts: [Sums], where isTaken: (Int) -> Bool) {
      for (index, part) in parts.enumerated() where isTaken(index) {
        count += part.count
        sum += part.sum
        squares += part.squares
      }
    }

    /// Of returns that never vary it is what their sign says: a flat line is worth nothing.
    var sharpe: Double {
      let mean = sum / count
      let variance = max(squares / count - mean * mean, 0)
      return variance > 0 ? mean / variance.squareRoot() : 0
    }
  }
}
