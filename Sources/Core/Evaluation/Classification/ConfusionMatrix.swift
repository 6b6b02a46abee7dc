/// How often each class was forecast for each that came, [C, C].
package struct ConfusionMatrix: Sendable, Equatable {
  package let classes: Int
  /// Rows are what came, columns what was forecast.
  private var counts: [Double]

  package init(classes: Int) {
    precondition(classes >= 1, "\(classes) classes")
    self.classes = classes
    counts = [Double](repeating: 0, count: classes * classes)
  }

  package mutating func add(_ forecast: Int, against actual: Int) { counts[actual * classes + forecast] += 1 }

  package mutating func add(_ other: ConfusionMatrix) {
    precondition(classes == other.classes, "matrices of other classes")
    for index in counts.indices { counts[index] += other.counts[index] }
  }

  package func count(forecast: Int, actual: Int) -> Double { counts[actual * classes + forecast] }
  package var total: Double { counts.reduce(0, +) }
  package func actual(_ code: Int) -> Double {
    (0..<classes).reduce(0) { $0 + count(forecast: $1, actual: code) }
  }
  package func forecast(_ code: Int) -> Double {
    (0..<classes).reduce(0) { $0 + count(forecast: code, actual: $1) }
  }
  private var right: Double { (0..<classes).reduce(0) { $0 + count(forecast: $1, actual: $1) } }

  package var accuracy: Double? { total > 0 ? right / total : nil }

  /// Of what was forecast as a class, the share that was it; nil where it was never forecast.
  package func precision(of code: Int) -> Double? {
    let all = forecast(code)
    return all > 0 ? count(forecast: code, actual: code) / all : nil
  }

  /// Of what was a class, the share that was forecast as it; nil where it never came.
  package func recall(of code: Int) -> Double? {
    let all = actual(code)
    return all > 0 ? count(forecast: code, actual: code) / all : nil
  }

  /// 2 TP / (2 TP + FP + FN); nil where the class neither came nor was forecast.
  package func f1(of code: Int) -> Double? {
    let both = actual(code) + forecast(code)
    return both > 0 ? 2 * count(forecast: code, actual: code) / both : nil
  }

  /// The mean over the classes that have one.
  package var macroF1: Double? {
    let values = (0..<classes).compactMap { f1(of: $0) }
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// Matthews' correlation of forecast and actual classes, for any number of them: Gorodkin, «Comparing two K-category
  /// assignments by a K-category correlation coefficient», Computational Biology and Chemistry 28, 2004.
  ///
  /// Nil where one of both has a single class.
  package var matthewsCorrelation: Double? {
    let n = total
    var (product, forecasts, actuals) = (0.0, 0.0, 0.0)
    for code in 0..<classes {
      let (p, t) = (forecast(code), actual(code))
      product += p * t
      forecasts += p * p
      actuals += t * t
    }
    let spread = (n * n - forecasts) * (n * n - actuals)
    return spread > 0 ? (right * n - product) / spread.squareRoot() : nil
  }
}
