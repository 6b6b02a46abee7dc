package import Tensors

/// How often forecasts said rightly whether a value goes up or down from the last one that was seen.
///
/// Steps at which the value stays where it was are no test of a direction and are counted apart; a forecast that stays
/// is wrong.
package struct DirectionTable: Sendable, Equatable {
  /// Of each step: hits, judged ones, and those that did not move, [H].
  package private(set) var hits: [Int]
  package private(set) var judged: [Int]
  package private(set) var unmoved: [Int]
  /// Of the first step of each window and column, whether forecast and truth went up; those that did not move left out.
  package private(set) var forecastUp: [Bool] = []
  package private(set) var actualUp: [Bool] = []

  package init(steps: Int) {
    (hits, judged, unmoved) = (
      [Int](repeating: 0, count: steps), [Int](repeating: 0, count: steps),
      [Int](repeating: 0, count: steps)
    )
  }

  /// Adds the windows of a panel; `last` holds the values that were seen last, [B, K].
  package mutating func add(_ forecast: Panel, against actual: Panel, last: [Double]) {
    precondition(last.count == actual.windows * actual.columns, "a last value for each window and column")
    for window in 0..<actual.windows {
      for step in 0..<actual.steps {
        for column in 0..<actual.columns {
          let index = (window * actual.steps + step) * actual.columns + column
          let level = last[window * actual.columns + column]
          let (said, came) = (forecast.values[index] - level, actual.values[index] - level)
          guard came != 0 else {
            unmoved[step] += 1
            continue
          }
          judged[step] += 1
          if said != 0, (said > 0) == (came > 0) { hits[step] += 1 }
          if step == 0 {
            forecastUp.append(said > 0)
            actualUp.append(came > 0)
          }
        }
      }
    }
  }

  /// Adds the windows that come after these.
  package mutating func add(_ other: DirectionTable) {
    for step in hits.indices {
      hits[step] += other.hits[step]
      judged[step] += other.judged[step]
      unmoved[step] += other.unmoved[step]
    }
    forecastUp += other.forecastUp
    actualUp += other.actualUp
  }

  /// The share of right directions over all steps; nil where nothing moved.
  package var accuracy: Double? {
    let all = judged.reduce(0, +)
    return all > 0 ? Double(hits.reduce(0, +)) / Double(all) : nil
  }

  package func accuracy(atStep step: Int) -> Double? {
    judged[step] > 0 ? Double(hits[step]) / Double(judged[step]) : nil
  }

  /// Between which shares the first step's true one lies: of forecasts of one bar, which share none.
  package var interval: BinomialInterval? {
    guard let hits = hits.first, let judged = judged.first else { return nil }
    return BinomialInterval(hits: Double(hits), count: Double(judged))
  }

  /// Of the first step; nil where forecasts or values go one way only.
  package var test: PesaranTimmermann? { PesaranTimmermann(forecastUp: forecastUp, actualUp: actualUp) }
}
