package import Artifacts
private import Numerics
private import Tensors

/// A Gaussian process of its own for each window and target, fitted when a forecast is asked for, on the time axis of
/// the window (``EquispacedProcess``).
///
/// Each window is standardised; nothing is learnt from training windows but where fits begin.
package struct WindowProcesses: Sendable, Equatable {
  package let kernel: Kernel
  package let method: Ascent.Method
  package let steps: Int
  /// Where Adam begins for each target, in its own numbers, [K, P]; zeros are ln 2.
  package let starts: [Double]

  package init(kernel: Kernel, method: Ascent.Method, steps: Int, starts: [Double]) {
    self.kernel = kernel
    self.method = method
    self.steps = steps
    self.starts = starts
  }

  private func process(_ signature: Signature) -> EquispacedProcess {
    let (n, h) = (signature.lookback, signature.span)
    let span = Double(n + h) / Double(n)
    return EquispacedProcess(kernel, count: n, spacing: span / Double(max(n + h - 1, 1)), reach: h)
  }

  /// A window, standardised; nil where it is constant or holds what is no number.
  private static func standardised(
    _ window: ArraySlice<Double>
  ) -> (values: [Double], level: Double, scale: Double)? {
    let count = Double(window.count)
    let level = window.reduce(0, +) / count
    let scale = (window.reduce(0) { $0 + ($1 - level) * ($1 - level) } / count).squareRoot()
    guard scale > 0, scale < .infinity else { return nil }
    return (window.map { ($0 - level) / scale }, level, scale)
  }

  /// The parameters that suit a standardised window; nil where its matrix cannot be factored.
  private func parameters(
    _ values: [Double], _ process: EquispacedProcess, from start: [Double]
  ) -> [Double]? {
    switch method {
    case .adam(let rate): return process.fitted(values, steps: steps, rate: rate, from: start)
    case .quasiNewton:
      guard let first = process.fitted(values, steps: 0, rate: 0, from: start) else { return nil }
      let far = Elementary.log(1e5)
      let kernels = [ClosedRange<Double>](repeating: -far...far, count: kernel.parameterCount)
      let bounds = kernels + [Elementary.log(EquispacedProcess.leastNoise)...far, -1e3...1e3]
      return Ascent(.quasiNewton, steps: steps, bounds: bounds).run(
        from: first, value: { (made: Made) in made.value }, gradient: { $0.gradient }
      ) { point in
        process.likelihood(of: values, at: point).map { Made(value: $0.value, gradient: $0.gradient) }
      }?
      .point
    }
  }

  private struct Made: Sendable {
    var value: Double
    var gradient: [Double]
  }

  /// Forecasts from `origins`, in the units of the table.
  ///
  /// A constant window is continued by its value, and one that cannot be fitted by its mean and deviation.
  package func forecast(from origins: ArraySlice<Int>, in table: WindowTable) -> NormalForecast {
    let signature = table.signature
    let (steps, columns) = (signature.horizon, signature.targets.count)
    let process = process(signature)
    let (windows, _) = WindowMatrix.ofTargets(
      table, origins: origins, lookback: signature.lookback, subtractLast: false)
    var mean = Panel(windows: origins.count, steps: steps, columns: columns)
    var deviation = mean
    for row in 0..<windows.rows {
      let window = windows.values[(row * windows.columns)..<((row + 1) * windows.columns)]
      let first = row / columns * steps * columns + row % columns
      let made = continuation(of: window, target: row % columns, process, signature)
      for step in 0..<steps {
        mean.values[first + step * columns] = made.mean[step]
        deviation.values[first + step * columns] = made.deviation[step]
      }
    }
    return NormalForecast(mean: mean, deviation: deviation)
  }

  private func continuation(
    of window: ArraySlice<Double>, target: Int, _ process: EquispacedProcess, _ signature: Signature
  ) -> (mean: [Double], deviation: [Double]) {
    let (steps, span) = (signature.horizon, signature.span)
    func constant(_ mean: Double, _ deviation: Double) -> (mean: [Double], deviation: [Double]) {
      ([Double](repeating: mean, count: steps), [Double](repeating: deviation, count: steps))
    }
    guard let standard = Self.standardised(window) else { return constant(window.last ?? 0, 0) }
    let count = process.parameterCount
    let start = Array(starts[(target * count)..<((target + 1) * count)])
    guard let parameters = parameters(standard.values, process, from: start),
      let made = process.continued(standard.values, by: span, at: parameters)
    else { return constant(standard.level, standard.scale) }
    let noise = Elementary.exp(parameters[kernel.parameterCount])
    return (
      made.mean.suffix(steps).map { standard.level + standard.scale * $0 },
      made.variance.suffix(steps).map { standard.scale * ($0 + noise).squareRoot() }
    )
  }

  // MARK: Where fits begin

  /// One target's start, for people.
  package struct Start: Sendable, Equatable {
    package var target: Int
    /// Windows that it is the median of.
    package var windows: Int
    /// Mean ln p a value over them, with their own parameters.
    package var likelihood: Double
    /// The parameters, as logarithms but for the mean.
    package var parameters: [Double]
  }

  /// Learns where fits begin: for each target the median of each parameter over `windows` training windows, equally far
  /// apart; ln 2 everywhere for none.
  package static func learning(
    kernel: Kernel, method: Ascent.Method, steps: Int, windows count: Int, from table: WindowTable
  ) throws(GaussianProcessError) -> (model: WindowProcesses, starts: [Start]) {
    let signature = table.signature
    guard !signature.hasLabels else {
      throw .unsuitable(
        "a process a window continues the targets' own past, and labels have none; set refit: never")
    }
    guard signature.lookback > 1 else {
      throw .unsuitable(
        "a process a window needs a look-back of at least 2 rows, not 1; lengthen 'lookback', or set refit: never"
      )
    }
    let parameterCount = kernel.parameterCount + 2
    let zeros = [Double](repeating: 0, count: signature.targets.count * parameterCount)
    let first = WindowProcesses(kernel: kernel, method: method, steps: steps, starts: zeros)
    let process = first.process(signature)
    let origins = Array(table.origins[.train] ?? [])
    let picked = (0..<min(count, origins.count)).map {
      origins[$0 * origins.count / min(count, origins.count)]
    }
    let (values, _) = WindowMatrix.ofTargets(
      table, origins: picked[...], lookback: signature.lookback, subtractLast: false)
    var starts: [Start] = []
    var numbers: [Double] = []
    for target in signature.targets.indices {
      var found: [[Double]] = []
      var likelihood = 0.0
      for window in picked.indices {
        let row = window * signature.targets.count + target
        let own = values.values[(row * values.columns)..<((row + 1) * values.columns)]
        guard let standard = standardised(own),
          let parameters = first.parameters(
            standard.values, process, from: [Double](repeating: 0, count: parameterCount)),
          let made = process.likelihood(of: standard.values, at: parameters)
        else { continue }
        likelihood += made.value / Double(values.columns)
        found.append(parameters)
      }
      var start = [Double](repeating: 0, count: parameterCount)
      if !found.isEmpty {
        start = process.start(
          for: (0..<parameterCount).map { index in
            found.map { $0[index] }.sorted()[found.count / 2]
          })
      }
      numbers += start
      let ones = [Double](repeating: 0, count: signature.lookback)
      starts.append(
        Start(
          target: target, windows: found.count, likelihood: likelihood / Double(max(found.count, 1)),
          parameters: process.fitted(ones, steps: 0, rate: 0, from: start) ?? start))
    }
    return (WindowProcesses(kernel: kernel, method: method, steps: steps, starts: numbers), starts)
  }
}
