package import Artifacts
package import Tensors

/// Forecasts as linear functions of the look-back, y = x W + b, averaged over members with different look-backs.
///
/// With the last value subtracted, and added back, this is the closed form of NLinear (Zeng, Chen, Zhang, Xu, «Are
/// Transformers effective for time series forecasting?», AAAI 2023, https://arxiv.org/abs/2205.13504).
package struct LinearMap: Sendable, Equatable {
  /// What x is.
  package enum Inputs: String, Sendable {
    /// Each target's own past, the same weights for every target: L numbers give H.
    case ownPast = "own-past"
    /// All features of all rows: L F numbers give the K labels.
    case allFeatures = "all-features"
  }

  package struct Member: Sendable, Equatable {
    /// L of this member.
    package var lookback: Int
    /// W, [inputs, outputs], row after row.
    package var weights: [Double]
    /// b, [outputs].
    package var biases: [Double]

    package init(lookback: Int, weights: [Double], biases: [Double]) {
      precondition(
        weights.count % (lookback * biases.count) == 0,
        "weights of [\(weights.count)] are not [\(lookback) ·, \(biases.count)]")
      self.lookback = lookback
      self.weights = weights
      self.biases = biases
    }

    /// The numbers that a forecast is made of.
    package var inputs: Int { weights.count / biases.count }
  }

  package let inputs: Inputs
  package var members: [Member]
  package var subtractsLast: Bool
  /// H for each target's own past; K for labels.
  package let outputs: Int

  package init(members: [Member], inputs: Inputs = .ownPast, subtractsLast: Bool, outputs: Int) {
    precondition(
      !members.isEmpty && members.allSatisfy { $0.biases.count == outputs }, "members of as many outputs")
    self.members = members
    self.inputs = inputs
    self.subtractsLast = subtractsLast
    self.outputs = outputs
  }

  package var parameterCount: Int { members.reduce(0) { $0 + $1.weights.count + $1.biases.count } }

  /// The forecasts from `origins`, [B, H, K], in the units of the windows.
  package func forecast(from origins: ArraySlice<Int>, in table: WindowTable) -> Panel {
    let signature = table.signature
    var mean = Panel(windows: origins.count, steps: signature.horizon, columns: signature.targets.count)
    for member in members {
      let weights = Matrix(rows: member.inputs, columns: outputs, values: member.weights)
      switch inputs {
      case .ownPast:
        let (windows, last) = WindowMatrix.ofTargets(
          table, origins: origins, lookback: member.lookback, subtractLast: subtractsLast)
        mean.addForecasts(windows.times(weights), biases: member.biases, last: last)
      case .allFeatures:
        let windows = WindowMatrix.ofFeatures(table, origins: origins, lookback: member.lookback)
        mean.addLabels(windows.times(weights), biases: member.biases)
      }
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

  /// Adds products [B, K] with their biases [K].
  fileprivate mutating func addLabels(_ products: Matrix, biases: [Double]) {
    for index in values.indices { values[index] += products.values[index] + biases[index % biases.count] }
  }
}

extension LinearMap {
  /// Writes one array a parameter, named by its path behind `prefix`.
  package func write(to publication: Publication, prefix: String = "") throws(ArtifactError) {
    for member in members {
      let name = prefix + "linear.\(member.lookback)"
      try publication.write(
        name + ".weight", member.weights, shape: [member.inputs, outputs],
        axes: inputs == .ownPast ? ["L", "H"] : ["L F", "K"])
      try publication.write(name + ".bias", member.biases, axes: [inputs == .ownPast ? "H" : "K"])
    }
  }

  /// What a reader needs besides the arrays.
  package var blueprint: JSON {
    [
      "kind": "linear", "inputs": .string(inputs.rawValue), "lookbacks": JSON(members.map(\.lookback)),
      "subtractLast": .bool(subtractsLast),
    ]
  }

  /// Reads a map whose blueprint is among a model's facts; nil when the blueprint is none.
  package init?(
    reading artifact: Artifact, blueprint: JSON, signature: Signature, prefix: String = ""
  ) throws(ArtifactError) {
    guard let inputs = blueprint["inputs"]?.string.flatMap(Inputs.init(rawValue:)),
      let lookbacks = blueprint["lookbacks"]?.array?.compactMap(\.integer), !lookbacks.isEmpty,
      let subtractsLast = blueprint["subtractLast"]?.bool
    else { return nil }
    let outputs = inputs == .ownPast ? signature.horizon : signature.targets.count
    let width = inputs == .ownPast ? 1 : signature.features.count
    var members: [Member] = []
    for lookback in lookbacks {
      let name = prefix + "linear.\(lookback)"
      members.append(
        Member(
          lookback: lookback,
          weights: try artifact.array(
            name + ".weight", of: Double.self, shape: [lookback * width, outputs]
          ).values,
          biases: try artifact.array(name + ".bias", of: Double.self, shape: [outputs]).values))
    }
    self.init(members: members, inputs: inputs, subtractsLast: subtractsLast, outputs: outputs)
  }
}
