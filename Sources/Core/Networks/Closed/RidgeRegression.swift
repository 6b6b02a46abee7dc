package import Artifacts
private import Tensors

/// Fits a ``LinearMap`` in closed form: one ridge regression a look-back, over all training windows (of columns: all
/// of them together), the penalty chosen by the error on the validation windows.
///
/// The test is never looked at.
///
/// Minimises Σ |y − x W − b|² + λ |W|². The normal equations are summed without building windows
/// (``WindowMoments``) and solved in double precision; the intercept is not penalised.
package struct RidgeRegression: Sendable {
  /// One candidate that was tried.
  package struct Trial: Sendable, Equatable {
    package var lookback: Int
    package var penalty: Double
    /// Mean squared errors per element, in the units of the targets.
    package var trainError: Double
    package var validationError: Double
    package var isChosen: Bool
  }

  /// Why no model could be fitted.
  package enum Problem: Failure, Equatable {
    case lookbackTooLong(Int, windows: Int)
    case singular(lookback: Int, penalties: [Double])
    case tooLarge(lookback: Int, horizon: Int, bytes: Int)

    package var exitStatus: ExitStatus {
      switch self {
      case .lookbackTooLong, .tooLarge: .usage
      case .singular: .badData
      }
    }

    package var description: String {
      switch self {
      case .lookbackTooLong(let lookback, let windows):
        "'lookbacks' asks for \(lookback) rows, and the windows hold \(windows); prepare them with lookback: \(lookback)"
      case .tooLarge(let lookback, let horizon, let bytes):
        """
        the normal equations of look-back \(lookback) and horizon \(horizon) need \(bytes >> 20) MiB, more than the \
        \(RidgeRegression.memoryLimit >> 20) MiB allowed; shorten them
        """
      case .singular(let lookback, let penalties):
        """
        the normal equations of look-back \(lookback) are singular for every penalty of \(penalties); \
        add a larger one to 'penalties'
        """
      }
    }
  }

  /// The most memory that the normal equations may take, in bytes.
  private static let memoryLimit = 4 << 30

  /// Empty for that of the windows.
  package var lookbacks: [Int]
  package var penalties: [Double]
  package var subtractsLast: Bool

  package init(lookbacks: [Int], penalties: [Double], subtractsLast: Bool) {
    self.lookbacks = lookbacks
    self.penalties = penalties
    self.subtractsLast = subtractsLast
  }

  /// Fits to the windows of a table: columns from their own past, labels from all features.
  package func fit(
    to table: WindowTable, threads: Int, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(Problem) -> (map: LinearMap, trials: [Trial]) {
    let signature = table.signature
    let lookbacks = lookbacks.isEmpty ? [signature.lookback] : lookbacks
    let windows = RidgeWindows(table, subtractsLast: subtractsLast && !signature.hasLabels, threads: threads)
    var members: [LinearMap.Member] = []
    var trials: [Trial] = []
    for lookback in lookbacks {
      try check(lookback, signature, windows)
      let (train, validation) = (windows.moments(.train, lookback), windows.moments(.validation, lookback))
      var best: (member: LinearMap.Member, trial: Int)?
      for penalty in penalties {
        progress(trials.count, lookbacks.count * penalties.count)
        guard let member = train.ridge(penalty: penalty, lookback: lookback) else { continue }
        let trial = Trial(
          lookback: lookback, penalty: penalty, trainError: train.meanSquaredError(of: member),
          validationError: validation.meanSquaredError(of: member), isChosen: false)
        if best.map({ trial.validationError < trials[$0.trial].validationError }) ?? true {
          best = (member, trials.count)
        }
        trials.append(trial)
      }
      guard let best else { throw .singular(lookback: lookback, penalties: penalties) }
      trials[best.trial].isChosen = true
      members.append(best.member)
    }
    let map = LinearMap(
      members: members, inputs: windows.inputs, subtractsLast: windows.subtractsLast, outputs: windows.outputs
    )
    return (map, trials)
  }

  private func check(_ lookback: Int, _ signature: Signature, _ windows: RidgeWindows) throws(Problem) {
    guard lookback <= signature.lookback else {
      throw .lookbackTooLong(lookback, windows: signature.lookback)
    }
    // Products and their copies for training and validation: about six matrices of [inputs, inputs + outputs] doubles.
    let width = windows.width(lookback)
    let bytes = 6 * 8 * width * (width + windows.outputs)
    guard bytes <= Self.memoryLimit else {
      throw .tooLarge(lookback: lookback, horizon: signature.horizon, bytes: bytes)
    }
  }
}

extension WindowMoments {
  /// The ridge solution; nil when the equations are singular in double precision.
  fileprivate func ridge(penalty: Double, lookback: Int) -> LinearMap.Member? {
    let n = Double(count)
    var centredInputs = inputProducts
    var centredCross = crossProducts
    for i in 0..<inputs {
      for j in 0..<inputs { centredInputs.values[i * inputs + j] -= inputSums[i] * inputSums[j] / n }
      for h in 0..<outputs { centredCross.values[i * outputs + h] -= inputSums[i] * outputSums[h] / n }
    }
    guard let weights = Matrix.solve(centredInputs, ridge: penalty, centredCross) else { return nil }
    let means = Matrix(rows: 1, columns: inputs, values: inputSums.map { $0 / n })
    let explained = means.times(weights).values
    let biases = outputSums.enumerated().map { $1 / n - explained[$0] }
    return LinearMap.Member(lookback: lookback, weights: weights.values, biases: biases)
  }

  /// The mean squared error of a member over these windows, from their moments alone:
  /// Σ (y − x w − b)² = Σ y² − 2 w·Xᵀy − 2 b Σ y + w·XᵀX w + 2 b w·Σ x + n b².
  fileprivate func meanSquaredError(of member: LinearMap.Member) -> Double {
    let weights = Matrix(rows: inputs, columns: outputs, values: member.weights)
    let products = inputProducts.times(weights)
    var total = 0.0
    for h in 0..<outputs {
      let b = member.biases[h]
      var (cross, quadratic, sum) = (0.0, 0.0, 0.0)
      for i in 0..<inputs {
        let w = weights.values[i * outputs + h]
        cross += w * crossProducts.values[i * outputs + h]
        quadratic += w * products.values[i * outputs + h]
        sum += w * inputSums[i]
      }
      total +=
        outputSquares[h] - 2 * cross - 2 * b * outputSums[h] + quadratic + 2 * b * sum + Double(count) * b * b
    }
    return total / (Double(count) * Double(outputs))
  }
}
