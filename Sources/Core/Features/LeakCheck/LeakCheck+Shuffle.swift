import Artifacts
import Numerics

extension LeakCheck {
  /// Shuffles that are tried.
  private static let shuffles = 20
  /// The greatest share of the test's variance that a model which learnt nothing may seem to explain on average.
  private static let chance = 0.02

  /// Lets a quick ridge regression learn shuffled labels from the newest row of each window: on the test it must be no
  /// better than the mean, or labels reach it some other way.
  func shuffle() -> LeakFinding {
    guard let regression = QuickRidge(windows, samples) else {
      return LeakFinding(.shuffle, .skipped, "too few windows to try")
    }
    var sum = 0.0
    for number in 0..<Self.shuffles { sum += regression.skill(shuffle: number) }
    let (shuffled, honest) = (sum / Double(Self.shuffles), regression.skill(shuffle: nil))
    let figure = { (value: Double) in DecimalNumber.fixed(value, places: 3) }
    return LeakFinding(
      .shuffle, isPassed: shuffled <= Self.chance,
      """
      a quick ridge regression explains \(figure(shuffled)) of the test's variance after learning shuffled labels\
      \(shuffled <= Self.chance ? "" : ", more than chance"), \(figure(honest)) after learning real ones
      """)
  }
}

/// A ridge regression of one target on the newest row of each window, small enough to be solved twenty times.
///
/// It is solved here, without a library, so that what is printed does not depend on the machine.
private struct QuickRidge {
  private let train: [[Double]]
  private let trainLabels: [Double]
  private let test: [[Double]]
  private let testLabels: [Double]
  /// The Cholesky factor of XᵀX + λ, lower triangle row after row.
  private let factor: [[Double]]

  private static let featureLimit = 64

  init?(_ windows: PreparedWindows, _ samples: LeakSamples) {
    guard samples.train.count >= 50, samples.test.count >= 20 else { return nil }
    let probe = windows.probe
    let step = max(1, (windows.signature.features.count + Self.featureLimit - 1) / Self.featureLimit)
    let chosen = Array(stride(from: 0, to: windows.signature.features.count, by: step))
    func rows(_ pairs: [LeakSamples.Pair]) -> [[Double]] {
      pairs.map { pair in
        let index = probe.place(ofRow: pair.origin)
        return chosen.map { probe.transformed[$0][index] }
      }
    }
    func labels(_ pairs: [LeakSamples.Pair]) -> [Double] {
      pairs.map { pair in
        let (label, origin) = (probe.place(ofRow: pair.label), probe.place(ofRow: pair.origin))
        if windows.signature.hasLabels { return probe.labels[0][label] }
        let column = probe.transformed[windows.signature.targetColumns[0]]
        return column[label] - column[origin]
      }
    }
    let (scaledTrain, scaledTest) = Self.scaled(rows(samples.train), rows(samples.test))
    (train, test) = (scaledTrain, scaledTest)
    (trainLabels, testLabels) = (labels(samples.train), labels(samples.test))
    var products = Self.products(scaledTrain)
    for index in products.indices { products[index][index] += 0.01 * Double(scaledTrain.count) }
    factor = Self.cholesky(products)
  }

  /// 1 − MSE of the forecasts / MSE of the mean of the training labels; 0 where nothing varies.
  func skill(shuffle: Int?) -> Double {
    var labels = trainLabels
    if let shuffle {
      let stream = RandomStream(seed: 11, purpose: "shuffled labels of the leak check", lane: shuffle)
      for index in stride(from: labels.count - 1, to: 0, by: -1) {
        labels.swapAt(index, min(index, Int(stream.uniform(at: index) * Double(index + 1))))
      }
    }
    let mean = labels.reduce(0, +) / Double(labels.count)
    var cross = [Double](repeating: 0, count: factor.count)
    for (row, label) in zip(train, labels) {
      for index in cross.indices { cross[index] += row[index] * (label - mean) }
    }
    let weights = Self.solve(factor, cross)
    var (errors, spread) = (0.0, 0.0)
    for (row, label) in zip(test, testLabels) {
      let forecast = mean + zip(row, weights).reduce(0) { $0 + $1.0 * $1.1 }
      errors += (label - forecast) * (label - forecast)
      spread += (label - mean) * (label - mean)
    }
    return spread > 0 ? 1 - errors / spread : 0
  }

  /// Both in deviations of the training rows.
  private static func scaled(_ train: [[Double]], _ test: [[Double]]) -> ([[Double]], [[Double]]) {
    var (train, test) = (train, test)
    for column in train[0].indices {
      let mean = train.reduce(0) { $0 + $1[column] } / Double(train.count)
      let variance = train.reduce(0) { $0 + ($1[column] - mean) * ($1[column] - mean) } / Double(train.count)
      let scale = variance > 0 ? variance.squareRoot() : 1
      for row in train.indices { train[row][column] = (train[row][column] - mean) / scale }
      for row in test.indices { test[row][column] = (test[row][column] - mean) / scale }
    }
    return (train, test)
  }

  private static func products(_ rows: [[Double]]) -> [[Double]] {
    let width = rows[0].count
    var products = [[Double]](repeating: [Double](repeating: 0, count: width), count: width)
    for row in rows {
      for i in 0..<width {
        for j in 0...i { products[i][j] += row[i] * row[j] }
      }
    }
    return products
  }

  private static func cholesky(_ matrix: [[Double]]) -> [[Double]] {
    var factor = matrix
    for i in factor.indices {
      for j in 0...i {
        var sum = matrix[i][j]
        for k in 0..<j { sum -= factor[i][k] * factor[j][k] }
        factor[i][j] = i == j ? max(sum, 1e-12).squareRoot() : sum / factor[j][j]
      }
    }
    return factor
  }

  private static func solve(_ factor: [[Double]], _ right: [Double]) -> [Double] {
    var x = right
    for i in x.indices {
      for k in 0..<i { x[i] -= factor[i][k] * x[k] }
      x[i] /= factor[i][i]
    }
    for i in x.indices.reversed() {
      for k in (i + 1)..<max(x.count, i + 1) { x[i] -= factor[k][i] * x[k] }
      x[i] /= factor[i][i]
    }
    return x
  }
}
