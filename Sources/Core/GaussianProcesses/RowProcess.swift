package import Artifacts
private import Numerics
package import Tensors

/// One Gaussian process over training windows: a window is a place, and every step of every target an output of its
/// own; all share the kernel matrix.
package struct RowProcess: Sendable {
  package let places: WindowPlaces
  /// The standardised training windows, [n, L F].
  package let inputs: Matrix
  /// Their standardised labels, [n, H K].
  package let labels: Matrix
  package let kernel: Kernel
  /// Logarithms of the kernel's parameters and of the noise; means are zero.
  package let parameters: [Double]
  private let process: GaussianProcess

  /// Makes ready to predict; throws where the kernel matrix is indefinite.
  package init(
    places: WindowPlaces, inputs: Matrix, labels: Matrix, kernel: Kernel, parameters: [Double],
    threads: Int = 1
  ) throws(GaussianProcessError) {
    self.places = places
    self.inputs = inputs
    self.labels = labels
    self.kernel = kernel
    self.parameters = parameters
    process = GaussianProcess(
      inputs: inputs, outputs: labels, kernel: kernel, team: Team(threads: threads), onlyPredicts: true)
    let means = [Double](repeating: 0, count: labels.columns)
    guard process.condition(on: parameters + means) != nil else {
      throw .indefinite(rows: inputs.rows, jitter: 1e-4)
    }
  }

  /// Fits to the newest `rows` training windows.
  ///
  /// `memory` is how many bytes the matrices may take.
  package static func fit(
    kernel expression: String, lengthPerInput: Bool, method: Ascent.Method, steps: Int, rows: Int,
    memory: Int,
    subtractsLast: Bool, to table: WindowTable, threads: Int, progress: (Int) -> Void
  ) throws(GaussianProcessError) -> (model: RowProcess, fit: GaussianProcess.Fit) {
    let origins = WindowPlaces.newest(rows, of: table)
    let n = origins.count
    guard n > 1 else { throw .data("a Gaussian process needs two training windows, and there are \(n)") }
    guard GaussianProcessError.bytes(rows: n, copies: GaussianProcess.copies) <= memory else {
      throw .memory(rows: n, copies: GaussianProcess.copies, allowedBytes: memory)
    }
    let places = WindowPlaces(of: origins, in: table, subtractsLast: subtractsLast)
    let (inputs, last) = places.inputs(origins[...], table)
    let labels = places.labels(origins[...], table, last: last)
    let kernel = try Kernel(expression, dimensions: inputs.columns, isPerDimension: lengthPerInput)
    let process = GaussianProcess(
      inputs: inputs, outputs: labels, kernel: kernel, team: Team(threads: threads))
    // Standardised inputs lie about √2D apart.
    var start = [Double](repeating: 0, count: kernel.parameterCount)
    for index in kernel.lengthParameters { start[index] = 0.5 * Elementary.log(Double(inputs.columns)) }
    start.append(Elementary.log(0.1))
    let fit = try process.fit(
      from: start + [Double](repeating: 0, count: labels.columns), by: method, steps: steps,
      holdingMeans: true, progress: progress)
    let model = try RowProcess(
      places: places, inputs: inputs, labels: labels, kernel: kernel,
      parameters: Array(fit.parameters.prefix(kernel.parameterCount + 1)), threads: threads)
    return (model, fit)
  }

  /// Forecasts from `origins`, in the units of the table.
  package func forecast(from origins: ArraySlice<Int>, in table: WindowTable) -> NormalForecast {
    let made = predict(origins, table, wantsVariance: true)
    let noise = process.noise
    var deviation = Panel(
      windows: origins.count, steps: table.signature.horizon, columns: table.signature.targets.count)
    for index in deviation.values.indices {
      let variance = made.variance[index / places.outputs] + noise
      deviation.values[index] = variance.squareRoot() * places.scale(ofOutput: index % places.outputs)
    }
    return NormalForecast(mean: made.mean, deviation: deviation)
  }

  /// The means alone, which need no solve.
  package func means(from origins: ArraySlice<Int>, in table: WindowTable) -> Panel {
    predict(origins, table, wantsVariance: false).mean
  }

  private func predict(
    _ origins: ArraySlice<Int>, _ table: WindowTable, wantsVariance: Bool
  ) -> (mean: Panel, variance: [Double]) {
    let (places, last) = self.places.inputs(origins, table)
    let made = process.predict(at: places, wantsVariance: wantsVariance)
    return (self.places.restored(made.mean, last: last, table.signature), made.variance)
  }
}
