package import Artifacts
private import Numerics
private import Tensors

/// A Gaussian process of its own for each window and target, fitted when a forecast is asked for (``WindowProcess``).
///
/// Nothing is learnt from training windows but where fits begin.
package struct WindowProcesses: Sendable {
  package let kernel: Kernel
  package let method: Ascent.Method
  package let steps: Int
  /// Where Adam begins for each target, in its own numbers, [K, P]; zeros are ln 2.
  package let starts: [Double]
  /// Of all forecasts that were made with this value.
  package let jitters = JitterCount()

  package init(kernel: Kernel, method: Ascent.Method, steps: Int, starts: [Double]) {
    self.kernel = kernel
    self.method = method
    self.steps = steps
    self.starts = starts
  }

  private func process(_ signature: Signature) -> WindowProcess {
    WindowProcess(kernel, rows: signature.lookback, ahead: signature.span, method: method, steps: steps)
  }

  /// Forecasts from `origins`, in the units of the table; NaN where a window is not all finite numbers.
  package func forecast(from origins: ArraySlice<Int>, in table: WindowTable) -> NormalForecast {
    let signature = table.signature
    let (steps, columns) = (signature.horizon, signature.targets.count)
    let process = process(signature)
    var windows = WindowMatrix.ofTargets(
      table, origins: origins, lookback: signature.lookback, subtractLast: false
    ).windows
    var mean = Panel(windows: origins.count, steps: steps, columns: columns)
    var deviation = mean
    let (rows, length, count) = (windows.rows, windows.columns, process.process.parameterCount)
    let reach = process.rows + process.ahead
    var total = JitterCount.Total()
    var memory = [Double](repeating: 0, count: 2 * reach + process.memoryCount)
    windows.values.withUnsafeMutableBufferPointer { values in
      memory.withUnsafeMutableBufferPointer { memory in
        starts.withUnsafeBufferPointer { starts in
          guard let values = values.baseAddress, let memory = memory.baseAddress,
            let starts = starts.baseAddress
          else { return }
          for row in 0..<rows {
            let jitter = process.describe(
              values + row * length, from: starts + row % columns * count, mean: memory,
              deviation: memory + reach, onlyAhead: true, memory: memory + 2 * reach)
            total.fits += 1
            if let jitter, jitter > 0 { total.mended += 1 }
            total.greatest = max(total.greatest, jitter ?? 0)
            let first = row / columns * steps * columns + row % columns
            for step in 0..<steps {
              mean.values[first + step * columns] = memory[reach - steps + step]
              deviation.values[first + step * columns] = memory[2 * reach - steps + step]
            }
          }
        }
      }
    }
    jitters.add(total)
    return NormalForecast(mean: mean, deviation: deviation)
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
        guard let made = process.learn(Array(own)) else { continue }
        likelihood += made.likelihood / Double(values.columns)
        found.append(made.parameters)
      }
      var start = [Double](repeating: 0, count: parameterCount)
      if !found.isEmpty {
        start = process.process.start(
          for: (0..<parameterCount).map { index in
            found.map { $0[index] }.sorted()[found.count / 2]
          })
      }
      numbers += start
      let ones = [Double](repeating: 0, count: signature.lookback)
      starts.append(
        Start(
          target: target, windows: found.count, likelihood: likelihood / Double(max(found.count, 1)),
          parameters: process.process.fitted(ones, steps: 0, rate: 0, from: start) ?? start))
    }
    return (WindowProcesses(kernel: kernel, method: method, steps: steps, starts: numbers), starts)
  }
}
