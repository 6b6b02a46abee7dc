package import Artifacts
private import Numerics
private import Tensors

extension KernelRegression {
  /// A bandwidth that was tried.
  package struct Trial: Sendable, Equatable {
    package var bandwidth: Double
    /// Mean squared error over the validation windows, in the units of the model.
    package var validationError: Double
    /// Validation windows that no training window lies within a bandwidth of.
    package var empty: Int
    package var windows: Int
    package var isChosen: Bool
  }

  /// What bounds are asked for.
  package struct BoundSettings: Sendable, Equatable {
    package var lipschitz: Double
    /// Nil to estimate it from what each training window's neighbours say of it.
    package var noise: Double?
    package var delta: Double

    package init(lipschitz: Double, noise: Double?, delta: Double) {
      self.lipschitz = lipschitz
      self.noise = noise
      self.delta = delta
    }
  }

  /// Keeps the newest `rows` training windows, and takes the bandwidth with the smallest validation error; of one
  /// bandwidth, that.
  ///
  /// Throws where every bandwidth leaves every validation window alone.
  package static func fit(
    kernel: RegressionKernel, bandwidths: [Double], rows: Int, subtractsLast: Bool, bounds: BoundSettings?,
    to table: WindowTable, threads: Int, progress: (_ done: Int, _ of: Int) -> Void
  ) throws(GaussianProcessError) -> (model: KernelRegression, trials: [Trial]) {
    try requireEnd(of: kernel, bounds)
    let (places, inputs, labels) = try memory(of: rows, subtractsLast: subtractsLast, table)
    let validation = Array(table.origins[.validation] ?? [])
    let memory = KernelRegression(
      kernel: kernel, bandwidth: 1, places: places, inputs: inputs.values, labels: labels.values, rule: nil)
    var trials: [Trial] = []
    for (number, bandwidth) in bandwidths.enumerated() {
      progress(number, bandwidths.count)
      trials.append(memory.with(bandwidth: bandwidth).trial(validation, table, threads: threads))
    }
    // Ties go to the smaller bandwidth, which says more.
    let heard = trials.indices.filter { trials[$0].empty < trials[$0].windows || trials[$0].windows == 0 }
    guard
      let best = heard.min(by: {
        (trials[$0].validationError, trials[$0].bandwidth) < (
          trials[$1].validationError, trials[$1].bandwidth
        )
      })
    else {
      throw .data(
        """
        no validation window has a training window within a bandwidth of \(bandwidths.max() ?? 0): every \
        neighbourhood is empty; add larger ones to 'bandwidths' (windows at random are about 1.4 apart)
        """)
    }
    trials[best].isChosen = true
    var model = memory.with(bandwidth: bandwidths[best])
    if let bounds { model = model.bounded(bounds) }
    return (model, trials)
  }

  /// Keeps the newest `rows` training windows; nothing is chosen, so validation windows are not looked at.
  package static func remembering(
    _ rows: Int, kernel: RegressionKernel, bandwidth: Double, subtractsLast: Bool, bounds: BoundSettings?,
    of table: WindowTable
  ) throws(GaussianProcessError) -> KernelRegression {
    try requireEnd(of: kernel, bounds)
    let (places, inputs, labels) = try memory(of: rows, subtractsLast: subtractsLast, table)
    let model = KernelRegression(
      kernel: kernel, bandwidth: bandwidth, places: places, inputs: inputs.values, labels: labels.values,
      rule: nil)
    return bounds.map { model.bounded($0) } ?? model
  }

  private static func requireEnd(
    of kernel: RegressionKernel, _ bounds: BoundSettings?
  ) throws(GaussianProcessError) {
    guard bounds == nil || kernel.isCompact else {
      throw .unsuitable(
        """
        bounds hold for kernels that are zero beyond one bandwidth, and '\(kernel.rawValue)' never is; choose \
        \(RegressionKernel.allCases.filter(\.isCompact).map(\.rawValue).joined(separator: ", "))
        """)
    }
  }

  /// The newest training windows and their labels, standardised.
  private static func memory(
    of rows: Int, subtractsLast: Bool, _ table: WindowTable
  ) throws(GaussianProcessError) -> (WindowPlaces, inputs: Matrix, labels: Matrix) {
    let origins = WindowPlaces.newest(rows, of: table)
    guard !origins.isEmpty else {
      throw .data("kernel regression needs a training window, and there is none")
    }
    let places = WindowPlaces(of: origins, in: table, subtractsLast: subtractsLast)
    let (inputs, last) = places.inputs(origins[...], table)
    return (places, inputs, places.labels(origins[...], table, last: last))
  }

  private func trial(_ origins: [Int], _ table: WindowTable, threads: Int) -> Trial {
    let size = 256
    let blocks = (origins.count + size - 1) / size
    var (squares, count, empty) = (0.0, 0, 0)
    Blocks.inOrder(blocks, threads: threads) { block -> (Double, Int, Int) in
      let part = origins[(block * size)..<min((block + 1) * size, origins.count)]
      let made = self.outcome(from: part, in: table)
      let labels = WindowMatrix.ofLabels(table, origins: part)
      var sum = 0.0
      for (a, b) in zip(made.mean.values, labels.values) { sum += (a - b) * (a - b) }
      return (sum, labels.values.count, made.neighbours.count { $0 == 0 })
    } take: { _, part in
      squares += part.0
      count += part.1
      empty += part.2
    }
    return Trial(
      bandwidth: bandwidth, validationError: count > 0 ? squares / Double(count) : 0, empty: empty,
      windows: origins.count, isChosen: false)
  }

  /// The same with bounds; noise that nobody gave is what is left of each training window's labels when those of its
  /// neighbours are taken off.
  func bounded(_ settings: BoundSettings) -> KernelRegression {
    let m = places.outputs
    let noise =
      settings.noise.map { [Double](repeating: $0, count: m) } ?? leftOver()
    return with(Bounds(lipschitz: settings.lipschitz, noise: noise, delta: settings.delta))
  }

  private func leftOver() -> [Double] {
    let (n, m, d) = (rows, places.outputs, places.dimensions)
    let inputs = inputs
    var (squares, count) = ([Double](repeating: 0, count: m), 0)
    for start in stride(from: 0, to: n, by: 256) {
      let end = min(start + 256, n)
      let part = Matrix(rows: end - start, columns: d, values: Array(inputs[(start * d)..<(end * d)]))
      let made = predict(part) { start + $0 }
      for row in start..<end where made.neighbours[row - start] > 0 {
        count += 1
        for output in 0..<m {
          let rest = labels[row * m + output] - made.mean.values[(row - start) * m + output]
          squares[output] += rest * rest
        }
      }
    }
    // Without a neighbour nothing is known, and all that labels do may be noise.
    guard count > 0 else { return [Double](repeating: 1, count: m) }
    return squares.map { ($0 / Double(count)).squareRoot() }
  }
}
