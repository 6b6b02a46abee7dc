/// Count, mean and sum of squared deviations of numbers, of which parts may be added.
///
/// Sums are of distances from the first number, so that prices around 60 000 lose no digits of their variance (Chan,
/// Golub and LeVeque, «Algorithms for computing the sample variance», The American Statistician 37(3), 1983), and adding
/// one takes no division.
package struct PivotedMoments: Sendable, Equatable {
  package private(set) var count = 0
  private var pivot = 0.0
  private var sum = 0.0
  private var squares = 0.0

  package init() {}

  package mutating func add(_ value: Double) {
    if count == 0 { pivot = value }
    let distance = value - pivot
    count += 1
    sum += distance
    squares += distance * distance
  }

  package mutating func add(_ other: PivotedMoments) {
    guard count > 0 else {
      self = other
      return
    }
    let shift = other.pivot - pivot
    squares += other.squares + shift * (2 * other.sum + shift * Double(other.count))
    sum += other.sum + shift * Double(other.count)
    count += other.count
  }

  package var mean: Double { pivot + sum / Double(count) }
  /// The sum of the squared distances from the mean.
  package var sumOfSquares: Double { max(squares - sum * sum / Double(count), 0) }
  /// The variance of the population: over n, not n − 1.
  package var variance: Double { sumOfSquares / Double(count) }
  package var deviation: Double { variance.squareRoot() }
}
