private import Numerics

/// Matérn processes with noise on an even time axis, one for each length scale and share of noise of a grid, and all
/// that is the same for every series of that length.
///
/// A Matérn process is the first component of a linear stochastic differential equation of three components at most
/// (Hartikainen, Särkkä, «Kalman filtering and smoothing solutions to temporal Gaussian process regression models»,
/// 2010), so its exact likelihood and forecast come from a Kalman filter in time that grows with the length, not with
/// its cube. What the filter learns of covariances does not depend on the series: it is here, worked out once.
///
/// A class, because it guards memory that many passes read.
package final class MaternGrid: Sendable {
  package typealias Lanes = SIMD4<Double>

  /// One process of the grid.
  package struct Choice: Equatable, Sendable {
    /// In steps.
    package let length: Double
    /// The noise's variance over the process's own.
    package let noise: Double
  }

  package let kernel: Kernel.Form
  package let past: Int
  package let future: Int
  package let choices: [Choice]

  /// The filters of four processes at once: of each step the gain's three components, the innovation's inverse
  /// variance, and the innovation that a series of ones has.
  nonisolated(unsafe) package let filters: UnsafeMutablePointer<Lanes>
  /// The nine elements of each process's transition, row by row.
  nonisolated(unsafe) package let transitions: UnsafeMutablePointer<Lanes>
  /// Of each process Σ ln s and Σ e₁² / s.
  nonisolated(unsafe) package let sums: UnsafeMutablePointer<Lanes>
  /// Of each process and step of the past the predicted covariance's first row; then, of each step of past and future,
  /// the variance of what is observed there, given the past.
  nonisolated(unsafe) package let smoothers: UnsafeMutablePointer<Double>

  package static let filterWidth = 5

  package var blocks: Int { choices.count / 4 }
  package var smootherWidth: Int { 3 * past + past + future }

  /// Of a Matérn kernel; length scales run from a step to twice the past, and noise from a thousandth of the process's
  /// variance to its tenfold, both evenly in their logarithms.
  package init(_ kernel: Kernel.Form, past: Int, future: Int, lengths: Int, noises: Int) {
    precondition(lengths * noises % 4 == 0, "processes are taken four at once")
    (self.kernel, self.past, self.future) = (kernel, past, future)
    func spread(_ index: Int, _ count: Int, _ low: Double, _ high: Double) -> Double {
      let share = count < 2 ? 0 : Double(index) / Double(count - 1)
      return Elementary.exp(Elementary.log(low) * (1 - share) + Elementary.log(high) * share)
    }
    choices = (0..<lengths).flatMap { length in
      (0..<noises).map { noise in
        Choice(
          length: spread(length, lengths, 1, 2 * Double(past)), noise: spread(noise, noises, 1e-3, 10))
      }
    }
    let blocks = choices.count / 4
    filters = .allocate(capacity: blocks * past * Self.filterWidth)
    transitions = .allocate(capacity: blocks * 9)
    sums = .allocate(capacity: blocks * 2)
    smoothers = .allocate(capacity: choices.count * (4 * past + future))
    filters.initialize(repeating: .zero, count: blocks * past * Self.filterWidth)
    transitions.initialize(repeating: .zero, count: blocks * 9)
    sums.initialize(repeating: .zero, count: blocks * 2)
    smoothers.initialize(repeating: 0, count: choices.count * (4 * past + future))
    for number in choices.indices { prepare(number) }
  }

  deinit {
    filters.deallocate()
    transitions.deallocate()
    sums.deallocate()
    smoothers.deallocate()
  }

  // MARK: What does not depend on the series

  private func prepare(_ number: Int) {
    let (block, lane) = (number / 4, number % 4)
    let choice = choices[number]
    let (step, start) = transition(over: choice.length)
    let drift = start - step * start * step.transposed
    for index in 0..<9 { transitions[block * 9 + index][lane] = step[index / 3, index % 3] }
    let smoother = smoothers + number * smootherWidth
    let filter = filters + block * past * Self.filterWidth
    var covariance = start
    var predicted: [Matrix3] = []
    var gains: [(gain: (Double, Double, Double), variance: Double)] = []
    var one = (0.0, 0.0, 0.0)
    for time in 0..<past {
      if time > 0 { covariance = step * covariance * step.transposed + drift }
      predicted.append(covariance)
      let variance = covariance[0, 0] + choice.noise
      let gain = (covariance[0, 0] / variance, covariance[1, 0] / variance, covariance[2, 0] / variance)
      gains.append((gain, variance))
      if time > 0 { one = step * one }
      let innovation = 1 - one.0
      one = (one.0 + gain.0 * innovation, one.1 + gain.1 * innovation, one.2 + gain.2 * innovation)
      let row = filter + time * Self.filterWidth
      for (index, value) in [gain.0, gain.1, gain.2, 1 / variance, innovation].enumerated() {
        row[index][lane] = value
      }
      sums[block * 2][lane] += Elementary.log(variance)
      sums[block * 2 + 1][lane] += innovation * innovation / variance
      for index in 0..<3 { smoother[3 * time + index] = covariance[0, index] }
      covariance = covariance - Matrix3(outer: gain, gain) * variance
    }
    for time in past..<(past + future) {
      covariance = step * covariance * step.transposed + drift
      smoother[3 * past + time] = covariance[0, 0] + choice.noise
    }
    // Durbin, Koopman, «Time series analysis by state space methods» (2012), 4.4: from the end back, without inverses.
    var information = Matrix3()
    for time in (0..<past).reversed() {
      let (gain, variance) = gains[time]
      // What of a state's error is left a step on: A (1 - k hᵀ).
      let left = step * (Matrix3.identity - Matrix3(outer: gain, (1, 0, 0)))
      information =
        Matrix3(outer: (1, 0, 0), (1, 0, 0)) * (1 / variance) + left.transposed * information * left
      let row = (predicted[time][0, 0], predicted[time][0, 1], predicted[time][0, 2])
      let explained = information * row
      let reduction = row.0 * explained.0 + row.1 * explained.1 + row.2 * explained.2
      smoother[3 * past + time] = predicted[time][0, 0] - reduction + choice.noise
    }
  }

  /// The transition over one step and the covariance at rest, of a process of unit variance and its scaled derivatives.
  private func transition(over length: Double) -> (Matrix3, Matrix3) {
    var (step, start) = (Matrix3(), Matrix3())
    switch kernel {
    case .rbf: preconditionFailure("no linear equation of finitely many components has the kernel rbf")
    case .matern12:
      step[0, 0] = Elementary.exp(-1 / length)
      start[0, 0] = 1
    case .matern32:
      let a = 3.0.squareRoot() / length
      let decay = Elementary.exp(-a)
      (step[0, 0], step[0, 1], step[1, 0], step[1, 1]) = (
        (1 + a) * decay, a * decay, -a * decay, (1 - a) * decay
      )
      (start[0, 0], start[1, 1]) = (1, 1)
    case .matern52:
      let a = 5.0.squareRoot() / length
      let decay = Elementary.exp(-a)
      (step[0, 0], step[0, 1], step[0, 2]) = (
        (1 + a + a * a / 2) * decay, (a + a * a) * decay, a * a / 2 * decay
      )
      (step[1, 0], step[1, 1], step[1, 2]) = (
        -a * a / 2 * decay, (1 + a - a * a) * decay, (a - a * a / 2) * decay
      )
      (step[2, 0], step[2, 1], step[2, 2]) = (
        (a * a / 2 - a) * decay, (a * a - 3 * a) * decay, (1 - 2 * a + a * a / 2) * decay
      )
      (start[0, 0], start[1, 1], start[2, 2]) = (1, 1.0 / 3, 1)
      (start[0, 2], start[2, 0]) = (-1.0 / 3, -1.0 / 3)
    }
    return (step, start)
  }
}

/// A matrix of three rows and columns.
private struct Matrix3 {
  private var elements = [Double](repeating: 0, count: 9)

  init() {}

  init(outer left: (Double, Double, Double), _ right: (Double, Double, Double)) {
    elements = [left.0, left.1, left.2].flatMap { value in
      [value * right.0, value * right.1, value * right.2]
    }
  }

  static var identity: Matrix3 {
    var made = Matrix3()
    for index in 0..<3 { made[index, index] = 1 }
    return made
  }

  subscript(_ row: Int, _ column: Int) -> Double {
    get { elements[3 * row + column] }
    set { elements[3 * row + column] = newValue }
  }

  var transposed: Matrix3 {
    var made = Matrix3()
    for row in 0..<3 { for column in 0..<3 { made[row, column] = self[column, row] } }
    return made
  }

  static func * (a: Matrix3, b: Matrix3) -> Matrix3 {
    var made = Matrix3()
    for row in 0..<3 {
      for column in 0..<3 {
        made[row, column] =
          a[row, 0] * b[0, column] + a[row, 1] * b[1, column] + a[row, 2] * b[2, column]
      }
    }
    return made
  }

  static func * (a: Matrix3, x: (Double, Double, Double)) -> (Double, Double, Double) {
    func row(_ index: Int) -> Double { a[index, 0] * x.0 + a[index, 1] * x.1 + a[index, 2] * x.2 }
    return (row(0), row(1), row(2))
  }

  static func * (a: Matrix3, factor: Double) -> Matrix3 {
    var made = a
    made.elements = a.elements.map { $0 * factor }
    return made
  }

  static func + (a: Matrix3, b: Matrix3) -> Matrix3 {
    var made = a
    for index in 0..<9 { made.elements[index] += b.elements[index] }
    return made
  }

  static func - (a: Matrix3, b: Matrix3) -> Matrix3 { a + b * -1 }
}
