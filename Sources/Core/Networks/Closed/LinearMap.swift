package import Artifacts
package import Tensors

/// Forecasts as linear functions of the look-back, the same for every column: y = x W + b, averaged over
/// members with different look-backs.
///
/// Where the last value is subtracted, it is added back.
///
/// With the last value subtracted this is the closed form of NLinear (Zeng, Chen, Zhang, Xu, «Are Transformers
/// effective for time series forecasting?», AAAI 2023, https://arxiv.org/abs/2205.13504).
package struct LinearMap: Sendable, Equatable {
  package struct Member: Sendable, Equatable {
    /// L of this member.
    package var lookback: Int
    /// W, [L, H], row after row.
    package var weights: [Double]
    /// b, [H].
    package var biases: [Double]

    package init(lookback: Int, weights: [Double], biases: [Double]) {
      precondition(
        weights.count == lookback * biases.count,
        "weights of [\(weights.count)] are not [\(lookback), \(biases.count)]")
      self.lookback = lookback
      self.weights = weights
      self.biases = biases
    }
  }

  package var members: [Member]
  package var subtractsLast: Bool
  package let horizon: Int

  package init(members: [Member], subtractsLast: Bool, horizon: Int) {
    precondition(
      !members.isEmpty && members.allSatisfy { $0.biases.count == horizon }, "members of one horizon")
    self.members = members
    self.subtractsLast = subtractsLast
    self.horizon = horizon
  }

  package var parameterCount: Int { members.reduce(0) { $0 + $1.weights.count + $1.biases.count } }

  /// The forecasts from `origins` in a table of transformed targets [N, K], in the same units.
  package func forecast(from origins: ArraySlice<Int64>, in targets: [Float], columns: Int) -> Panel {
    var mean = Panel(windows: origins.count, steps: horizon, columns: columns)
    for member in members {
      let (windows, last) = WindowMatrix.gather(
        targets, columns: columns, origins: origins, lookback: member.lookback, subtractLast: subtractsLast)
      let weights = Matrix(rows: member.lookback, columns: horizon, values: member.weights)
      mean.addForecasts(windows.times(weights), biases: member.biases, last: last)
    }
    if members.count > 1 { mean.scale(by: 1 / Double(members.count)) }
    return mean
  }
}

extension Panel {
  /// Adds products [B K, H] with their biases [H] and last values [B K], turned to [B, H, K].
  fileprivate mutating func addForecasts(_ products: Matrix, biases: [Double], last: [Double]) {
    let horizon = biases.count
    products.values.withUnsafeBufferPointer { products in
      updatePaths { values, path, place in
        let row = place.position
        for (step, element) in path.enumerated() {
          values[element] += products[row * horizon + step] + biases[step] + last[row]
        }
      }
    }
  }
}

extension LinearMap {
  /// Writes one array a parameter, named by its path.
  package func write(to publication: Publication) throws(ArtifactError) {
    for member in members {
      let name = "linear.\(member.lookback)"
      try publication.write(
        name + ".weight", member.weights, shape: [member.lookback, horizon], axes: ["L", "H"])
      try publication.write(name + ".bias", member.biases, axes: ["H"])
    }
  }

  /// Reads the members whose look-backs the `lookbacks` name.
  package init(
    reading artifact: Artifact, lookbacks: [Int], subtractsLast: Bool, horizon: Int
  ) throws(ArtifactError) {
    var members: [Member] = []
    for lookback in lookbacks {
      let name = "linear.\(lookback)"
      members.append(
        Member(
          lookback: lookback,
          weights: try artifact.array(name + ".weight", of: Double.self, shape: [lookback, horizon]).values,
          biases: try artifact.array(name + ".bias", of: Double.self, shape: [horizon]).values))
    }
    self.init(members: members, subtractsLast: subtractsLast, horizon: horizon)
  }
}
