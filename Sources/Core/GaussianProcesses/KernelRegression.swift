package import Artifacts
private import Numerics
package import Tensors

/// Forecasts as means of what followed training windows like the one at hand, weighted by how alike they are.
///
/// f(x) = Σ K(d(x, xᵢ) / h) yᵢ / Σ K(d(x, xᵢ) / h) (Nadaraya, https://doi.org/10.1137/1109020; Watson, Sankhyā A
/// 26(4), 1964). Distances are Euclidean over all standardised inputs, divided by the root of their number, so that two
/// windows drawn at random are about √2 apart, whatever the look-back. All training windows are looked at: nothing is
/// approximated.
package struct KernelRegression: Sendable, Equatable {
  package let kernel: RegressionKernel
  /// h.
  package private(set) var bandwidth: Double
  package let places: WindowPlaces
  /// The standardised labels of the training windows, [n, H K].
  package let labels: [Double]
  package private(set) var rule: Bounds?
  /// The standardised training windows, a column each, [L F, n]: as products with windows take them.
  private let memory: [Double]
  /// Σ over each of them of its squares, [n].
  private let squares: [Double]

  package var rows: Int { squares.count }

  /// The standardised training windows, [n, L F].
  package var inputs: [Double] {
    Matrix(rows: places.dimensions, columns: rows, values: memory).transposed.values
  }

  /// What is believed about the function, for bounds around it.
  package struct Bounds: Sendable, Equatable {
    /// L: how far apart, at most, standardised outputs of windows at distance 1 are without noise.
    package var lipschitz: Double
    /// σ of the noise of each standardised output, [H K].
    package var noise: [Double]
    /// The probability with which the function may lie outside.
    package var delta: Double

    package init(lipschitz: Double, noise: [Double], delta: Double) {
      self.lipschitz = lipschitz
      self.noise = noise
      self.delta = delta
    }
  }

  package init(
    kernel: RegressionKernel, bandwidth: Double, places: WindowPlaces, inputs: [Double], labels: [Double],
    rule: Bounds?
  ) {
    precondition(rule == nil || kernel.isCompact, "bounds need a kernel that ends")
    self.kernel = kernel
    self.bandwidth = bandwidth
    self.places = places
    self.labels = labels
    self.rule = rule
    let memory = Matrix(
      rows: inputs.count / max(places.dimensions, 1), columns: places.dimensions, values: inputs)
    squares = Self.squares(memory)
    self.memory = memory.transposed.values
  }

  /// The same windows seen through another bandwidth.
  func with(bandwidth: Double) -> KernelRegression {
    var other = self
    other.bandwidth = bandwidth
    return other
  }

  /// The same with bounds.
  func with(_ rule: Bounds) -> KernelRegression {
    precondition(kernel.isCompact, "bounds need a kernel that ends")
    var other = self
    other.rule = rule
    return other
  }

  /// What is said of some windows.
  package struct Outcome: Sendable {
    /// The forecasts, [B, H, K], in the units of the table.
    package var mean: Panel
    /// How far from it the function can be, [B, H, K]; nil without a rule.
    package var reach: Panel?
    /// How many training windows lie within the bandwidth of each, or count at all, [B].
    package var neighbours: [Int]

    /// Lower and upper ends, [B, H, K, 2]; nil without a rule.
    package var bounds: [Double]? {
      reach.map { reach in
        zip(mean.values, reach.values).flatMap { mean, reach in [mean - reach, mean + reach] }
      }
    }
  }

  /// Forecasts from `origins`.
  ///
  /// Where no training window is near enough to count, the nearest one's labels are the forecast, and the bound grows by
  /// L times the distance to it.
  package func outcome(from origins: ArraySlice<Int>, in table: WindowTable) -> Outcome {
    let (windows, last) = places.inputs(origins, table)
    let made = predict(windows)
    let signature = table.signature
    var reach: Panel?
    if let distances = made.reach {
      var panel = Panel(
        windows: windows.rows, steps: signature.horizon, columns: signature.targets.count, values: distances)
      for index in panel.values.indices {
        panel.values[index] *= places.scale(ofOutput: index % places.outputs)
      }
      reach = panel
    }
    return Outcome(
      mean: places.restored(made.mean, last: last, signature), reach: reach, neighbours: made.neighbours)
  }

  package func forecast(from origins: ArraySlice<Int>, in table: WindowTable) -> Panel {
    outcome(from: origins, in: table).mean
  }

  // MARK: Standardised places

  /// Means, [B, H K], how far from them the function can be, [B H K], and neighbours, [B], at standardised windows; row
  /// `excluding(b)` of the training windows is left out for window b.
  func predict(
    _ windows: Matrix, excluding: (Int) -> Int? = { _ in nil }
  ) -> (mean: Matrix, reach: [Double]?, neighbours: [Int]) {
    let (n, b, m) = (rows, windows.rows, places.outputs)
    let distances = distances(windows)
    var mean = Matrix(rows: b, columns: m)
    var reach = rule.map { _ in [Double](repeating: 0, count: b * m) }
    var neighbours = [Int](repeating: 0, count: b)
    var weights = Matrix(rows: b, columns: n)
    var sums = [Double](repeating: 0, count: b)
    var alone: [(window: Int, nearest: Int, distance: Double)] = []
    for window in 0..<b {
      let left = excluding(window)
      var nearest = (row: 0, distance: Double.infinity)
      for row in 0..<n where row != left {
        let distance = distances.values[window * n + row]
        if distance < nearest.distance { nearest = (row, distance) }
        let weight = kernel(distance / bandwidth)
        guard weight > 0 else { continue }
        weights.values[window * n + row] = weight
        sums[window] += weight
        neighbours[window] += 1
      }
      if !(sums[window] > 0) { alone.append((window, nearest.row, nearest.distance)) }
    }
    let products = weights.times(Matrix(rows: n, columns: m, values: labels))
    for window in 0..<b where sums[window] > 0 {
      for output in 0..<m {
        mean.values[window * m + output] = products.values[window * m + output] / sums[window]
      }
      guard let rule else { continue }
      for output in 0..<m {
        reach?[window * m + output] = rule.reach(weight: sums[window], bandwidth: bandwidth, output: output)
      }
    }
    for (window, nearest, distance) in alone {
      for output in 0..<m {
        mean.values[window * m + output] = labels[nearest * m + output]
        guard let rule else { continue }
        reach?[window * m + output] =
          rule.reach(weight: 1, bandwidth: bandwidth, output: output) + rule.lipschitz * distance
      }
    }
    return (mean, reach, neighbours)
  }

  /// Distances of standardised windows to all training windows, [B, n].
  private func distances(_ windows: Matrix) -> Matrix {
    let (n, d) = (rows, places.dimensions)
    var products = windows.times(Matrix(rows: d, columns: n, values: memory))
    let own = Self.squares(windows)
    for window in 0..<windows.rows {
      for row in 0..<n {
        let square = own[window] + squares[row] - 2 * products.values[window * n + row]
        products.values[window * n + row] = (max(square, 0) / Double(d)).squareRoot()
      }
    }
    return products
  }

  private static func squares(_ matrix: Matrix) -> [Double] {
    (0..<matrix.rows).map { row in
      var sum = 0.0
      for index in (row * matrix.columns)..<((row + 1) * matrix.columns) {
        sum += matrix.values[index] * matrix.values[index]
      }
      return sum
    }
  }
}

extension KernelRegression.Bounds {
  /// L h + 2 σ α(κ) / κ, with α = √ln(√2 / δ) for κ ≤ 1 and √(κ ln(√(1 + κ) / δ)) above: with probability 1 − δ the
  /// function is no further from the mean (Wachel, Kowalczyk, Rojas, https://arxiv.org/abs/2305.03295).
  ///
  /// κ is the sum of the weights.
  func reach(weight kappa: Double, bandwidth: Double, output: Int) -> Double {
    let alpha =
      kappa <= 1
      ? Elementary.log(2.squareRoot() / delta).squareRoot()
      : (kappa * Elementary.log((1 + kappa).squareRoot() / delta)).squareRoot()
    return lipschitz * bandwidth + 2 * noise[output] * alpha / kappa
  }
}

extension KernelRegression {
  /// What a reader needs besides the arrays.
  package var blueprint: JSON {
    [
      "kind": "kernel-regression", "kernel": .string(kernel.rawValue), "bandwidth": .number(bandwidth),
      "rows": JSON(rows), "subtractLast": .bool(places.subtractsLast),
      "bounds": rule.map { ["lipschitz": .number($0.lipschitz), "delta": .number($0.delta)] } ?? .null,
    ]
  }

  /// Writes the training windows with their labels, under names behind `prefix`.
  package func write(to publication: Publication, prefix: String = "") throws(ArtifactError) {
    try publication.write(
      prefix + "memory.inputs", inputs, shape: [rows, places.dimensions], axes: ["n", "L F"],
      unit: "standardised")
    try publication.write(
      prefix + "memory.labels", labels, shape: [rows, places.outputs], axes: ["n", "H K"],
      unit: "standardised")
    if let rule {
      try publication.write(prefix + "memory.noise", rule.noise, axes: ["H K"], unit: "standardised")
    }
    try places.write(to: publication, as: prefix + "memory")
  }

  /// Reads a regression whose blueprint is among a model's facts; nil when the blueprint is none.
  package init?(
    reading artifact: Artifact, blueprint: JSON, signature: Signature, prefix: String = ""
  ) throws(ArtifactError) {
    guard let kernel = blueprint["kernel"]?.string.flatMap(RegressionKernel.init(rawValue:)),
      let bandwidth = blueprint["bandwidth"]?.number, let rows = blueprint["rows"]?.integer,
      let subtractsLast = blueprint["subtractLast"]?.bool
    else { return nil }
    let places = try WindowPlaces(
      reading: artifact, as: prefix + "memory", subtractsLast: subtractsLast, signature)
    var rule: Bounds?
    if let lipschitz = blueprint["bounds"]?["lipschitz"]?.number,
      let delta = blueprint["bounds"]?["delta"]?.number, kernel.isCompact
    {
      rule = Bounds(
        lipschitz: lipschitz,
        noise: try artifact.array(prefix + "memory.noise", of: Double.self, shape: [places.outputs]).values,
        delta: delta)
    }
    self.init(
      kernel: kernel, bandwidth: bandwidth, places: places,
      inputs: try artifact.array(prefix + "memory.inputs", of: Double.self, shape: [rows, places.dimensions])
        .values,
      labels: try artifact.array(prefix + "memory.labels", of: Double.self, shape: [rows, places.outputs])
        .values,
      rule: rule)
  }
}
