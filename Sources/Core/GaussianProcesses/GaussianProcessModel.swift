package import Artifacts
package import Tensors

/// Forecasts by Gaussian processes: one a window, refitted each time, or one over the training windows.
package enum GaussianProcessModel: Sendable {
  case windows(WindowProcesses)
  case rows(RowProcess)

  /// The means, [B, H, K], in the units of the table.
  package func forecast(from origins: ArraySlice<Int>, in table: WindowTable) -> Panel {
    switch self {
    case .windows(let processes): processes.forecast(from: origins, in: table).mean
    case .rows(let process): process.means(from: origins, in: table)
    }
  }

  /// Means and deviations, in the units of the table.
  package func distribution(from origins: ArraySlice<Int>, in table: WindowTable) -> NormalForecast {
    switch self {
    case .windows(let processes): processes.forecast(from: origins, in: table)
    case .rows(let process): process.forecast(from: origins, in: table)
    }
  }

  /// The model's own quantiles, [B, H, K, Q], in the units of the table.
  package func quantiles(
    at probabilities: [Double], from origins: ArraySlice<Int>, in table: WindowTable
  ) -> [Double] {
    distribution(from: origins, in: table).quantiles(at: probabilities)
  }

  package var parameterCount: Int {
    switch self {
    case .windows(let processes): processes.starts.count
    case .rows(let process): process.parameters.count
    }
  }
}

extension GaussianProcessModel {
  /// What a reader needs besides the arrays.
  package var blueprint: JSON {
    switch self {
    case .windows(let processes):
      var facts: [String: JSON] = [
        "kind": "gaussian-process", "refit": "window", "kernel": .string(processes.kernel.expression),
        "steps": JSON(processes.steps), "rate": .null,
      ]
      if case .adam(let rate) = processes.method { facts["rate"] = .number(rate) }
      return .object(facts)
    case .rows(let process):
      return [
        "kind": "gaussian-process", "refit": "never", "kernel": .string(process.kernel.expression),
        "lengthPerInput": .bool(process.kernel.isPerDimension), "rows": JSON(process.inputs.rows),
        "subtractLast": .bool(process.places.subtractsLast),
      ]
    }
  }

  /// Writes parameters and, of a process over training windows, these, under names behind `prefix`.
  package func write(to publication: Publication, prefix: String = "") throws(ArtifactError) {
    switch self {
    case .windows(let processes):
      let count = processes.kernel.parameterCount + 2
      try publication.write(
        prefix + "process.start", processes.starts, shape: [processes.starts.count / count, count],
        axes: ["K", "P"],
        unit: "softplus to the parameter; the last is the mean")
    case .rows(let process):
      try publication.write(
        prefix + "process.parameters", process.parameters, axes: ["P"],
        unit: "logarithm; the last is the noise's variance")
      try publication.write(
        prefix + "process.inputs", process.inputs.values,
        shape: [process.inputs.rows, process.inputs.columns],
        axes: ["n", "L F"], unit: "standardised")
      try publication.write(
        prefix + "process.labels", process.labels.values,
        shape: [process.labels.rows, process.labels.columns],
        axes: ["n", "H K"], unit: "standardised")
      try process.places.write(to: publication, as: prefix + "process")
    }
  }

  /// Reads a model whose blueprint is among an artifact's facts; nil when the blueprint is none.
  package init?(
    reading artifact: Artifact, blueprint: JSON, signature: Signature, prefix: String = ""
  ) throws {
    guard let expression = blueprint["kernel"]?.string else { return nil }
    switch blueprint["refit"]?.string {
    case "window":
      guard let steps = blueprint["steps"]?.integer else { return nil }
      let kernel = try Kernel(expression)
      let starts = try artifact.array(
        prefix + "process.start", of: Double.self,
        shape: [signature.targets.count, kernel.parameterCount + 2])
      let method: Ascent.Method = blueprint["rate"]?.number.map { .adam(rate: $0) } ?? .quasiNewton
      self = .windows(
        WindowProcesses(kernel: kernel, method: method, steps: steps, starts: starts.values))
    case "never":
      guard let rows = blueprint["rows"]?.integer, let perInput = blueprint["lengthPerInput"]?.bool,
        let subtractsLast = blueprint["subtractLast"]?.bool
      else { return nil }
      let places = try WindowPlaces(
        reading: artifact, as: prefix + "process", subtractsLast: subtractsLast, signature)
      let kernel = try Kernel(expression, dimensions: places.dimensions, isPerDimension: perInput)
      func matrix(_ name: String, _ columns: Int) throws -> Matrix {
        Matrix(
          rows: rows, columns: columns,
          values: try artifact.array(name, of: Double.self, shape: [rows, columns]).values)
      }
      self = .rows(
        try RowProcess(
          places: places, inputs: try matrix(prefix + "process.inputs", places.dimensions),
          labels: try matrix(prefix + "process.labels", places.outputs), kernel: kernel,
          parameters: try artifact.array(
            prefix + "process.parameters", of: Double.self, shape: [kernel.parameterCount + 1]
          ).values))
    default: return nil
    }
  }
}
