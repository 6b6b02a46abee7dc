private import Numerics

/// A Gaussian process over one series of a window, fitted to its last n rows: the time axis, the units, and what is said
/// where there is nothing to fit.
///
/// The fitted rows are standardised and lie at equal steps of a time axis on which they span one unit, with as much more
/// as the rows ahead take. A series that is constant over them goes on as it is, with a deviation of 0. One that holds
/// what is no finite number, or whose fit ends in such, is told as that: NaN. Nothing is allocated where Adam fits.
package struct WindowProcess: Sendable {
  package let process: EquispacedProcess
  /// L.
  package let rows: Int
  /// h: rows behind the window that something is said of.
  package let ahead: Int
  package let method: Ascent.Method
  /// The greatest number of them.
  package let steps: Int

  /// `fitted` is n, all rows by default.
  package init(
    _ kernel: Kernel, rows: Int, fitted: Int? = nil, ahead: Int, method: Ascent.Method, steps: Int
  ) {
    let n = fitted ?? rows
    precondition(n > 0 && n <= rows && ahead >= 0, "\(n) of \(rows) rows, and \(ahead) ahead")
    let span = Double(n + ahead) / Double(n)
    process = EquispacedProcess(
      kernel, count: n, spacing: span / Double(max(n + ahead - 1, 1)), reach: max(ahead, rows - n))
    self.rows = rows
    self.ahead = ahead
    self.method = method
    self.steps = steps
  }

  /// n.
  package var fitted: Int { process.count }
  private var outside: Int { rows - fitted }

  /// Doubles that ``describe(_:from:mean:deviation:onlyAhead:memory:)`` scribbles on.
  package var memoryCount: Int { fitted + process.parameterCount + process.memoryCount }

  /// Mean and deviation of the noisy value in each of the L + h rows; gives the greatest jitter that it took, nil where
  /// all that it says is NaN.
  ///
  /// `values` are the last n of the window, and are standardised where they are. `start` is where the fit begins, in the
  /// numbers of Adam, ln 2 without it. With `onlyAhead` nothing is said of the first L rows.
  @discardableResult
  package func describe(
    _ values: UnsafeMutablePointer<Double>, from start: UnsafePointer<Double>? = nil,
    mean: UnsafeMutablePointer<Double>, deviation: UnsafeMutablePointer<Double>, onlyAhead: Bool = false,
    memory: UnsafeMutablePointer<Double>
  ) -> Double? {
    let (level, scale) = standardise(values)
    func put(_ value: Double, _ spread: Double) {
      for row in 0..<rows + ahead { (mean[row], deviation[row]) = (value, spread) }
    }
    guard scale.isFinite else {
      put(.nan, .nan)
      return nil
    }
    guard scale > 0 else {
      put(level, 0)
      return 0
    }
    let parameters = memory + fitted
    guard let jitter = explain(values, start, mean, deviation, onlyAhead, parameters, backwards: memory)
    else {
      put(.nan, .nan)
      return nil
    }
    let noise = Elementary.exp(parameters[process.kernel.parameterCount])
    for row in (onlyAhead ? rows : 0)..<rows + ahead {
      mean[row] = level + scale * mean[row]
      deviation[row] = scale * (deviation[row] + noise).squareRoot()
    }
    return jitter
  }

  /// Takes level and scale off; a scale that is not above zero stays on.
  private func standardise(_ values: UnsafeMutablePointer<Double>) -> (level: Double, scale: Double) {
    var level = 0.0
    for row in 0..<fitted { level += values[row] }
    level /= Double(fitted)
    var square = 0.0
    for row in 0..<fitted { square += (values[row] - level) * (values[row] - level) }
    let scale = (square / Double(fitted)).squareRoot()
    guard scale > 0 else { return (level, scale) }
    for row in 0..<fitted { values[row] = (values[row] - level) / scale }
    return (level, scale)
  }

  /// Fits, and leaves means and variances without the noise, standardised.
  private func explain(
    _ values: UnsafePointer<Double>, _ start: UnsafePointer<Double>?, _ mean: UnsafeMutablePointer<Double>,
    _ variance: UnsafeMutablePointer<Double>, _ onlyAhead: Bool,
    _ parameters: UnsafeMutablePointer<Double>, backwards: UnsafeMutablePointer<Double>
  ) -> Double? {
    let own = parameters + process.parameterCount
    guard let onTheWay = fit(values, from: start, into: parameters, memory: own),
      let behind = process.continuation(
        of: values, steps: ahead, at: parameters, mean: mean + rows, variance: variance + rows, memory: own)
    else { return nil }
    let jitter = max(onTheWay, behind)
    guard !onlyAhead else { return jitter }
    guard
      let within = process.smooth(
        values, at: parameters, mean: mean + outside, variance: variance + outside, memory: own)
    else { return nil }
    guard outside > 0 else { return max(jitter, within) }
    // What lies before the fitted rows is what lies behind them, read backwards.
    for row in 0..<fitted { backwards[fitted - 1 - row] = values[row] }
    guard
      let before = process.continuation(
        of: backwards, steps: outside, at: parameters, mean: mean, variance: variance, memory: own)
    else { return nil }
    reverse(mean, outside)
    reverse(variance, outside)
    return max(jitter, within, before)
  }

  private func reverse(_ values: UnsafeMutablePointer<Double>, _ count: Int) {
    for place in 0..<count / 2 {
      let other = values[count - 1 - place]
      values[count - 1 - place] = values[place]
      values[place] = other
    }
  }

  /// The parameters that suit standardised values; gives the greatest jitter on the way.
  private func fit(
    _ values: UnsafePointer<Double>, from start: UnsafePointer<Double>?,
    into parameters: UnsafeMutablePointer<Double>, memory: UnsafeMutablePointer<Double>
  ) -> Double? {
    guard case .adam(let rate) = method else { return climb(values, start, parameters, memory) }
    return process.fit(values, steps: steps, rate: rate, from: start, into: parameters, memory: memory)
  }

  private func climb(
    _ values: UnsafePointer<Double>, _ start: UnsafePointer<Double>?,
    _ parameters: UnsafeMutablePointer<Double>, _ memory: UnsafeMutablePointer<Double>
  ) -> Double? {
    guard process.fit(values, steps: 0, rate: 0, from: start, into: parameters, memory: memory) != nil else {
      return nil
    }
    let count = process.parameterCount
    let far = Elementary.log(1e5)
    let kernels = [ClosedRange<Double>](repeating: -far...far, count: process.kernel.parameterCount)
    let bounds = kernels + [Elementary.log(EquispacedProcess.leastNoise)...far, -1e3...1e3]
    var greatest = 0.0
    let found = Ascent(method, steps: steps, bounds: bounds).run(
      from: Array(UnsafeBufferPointer(start: parameters, count: count)),
      value: { (made: EquispacedProcess.Evaluation) in made.value }, gradient: { $0.gradient }
    ) { point in
      var gradient = [Double](repeating: 0, count: count)
      let made = process.likelihood(of: values, at: point, gradient: &gradient, memory: memory)
      greatest = max(greatest, made?.jitter ?? 0)
      return made.map { .init(value: $0.value, gradient: gradient, jitter: $0.jitter) }
    }
    guard let found else { return nil }
    parameters.update(from: found.point, count: count)
    return greatest
  }

  /// The parameters that suit a window of n rows, from ln 2 on, and ln p of the standardised values there; nil for one
  /// that nothing can be fitted to.
  package func learn(_ window: [Double]) -> (parameters: [Double], likelihood: Double)? {
    precondition(window.count == fitted, "\(window.count) rows for a process over \(fitted)")
    var values = window
    var parameters = [Double](repeating: 0, count: process.parameterCount)
    var memory = [Double](repeating: 0, count: process.memoryCount)
    let scale = values.withUnsafeMutableBufferPointer { values in
      values.baseAddress.map { standardise($0).scale } ?? 0
    }
    guard scale > 0, scale.isFinite, fit(values, from: nil, into: &parameters, memory: &memory) != nil,
      let made = process.likelihood(of: values, at: parameters)
    else { return nil }
    return (parameters, made.value)
  }
}
