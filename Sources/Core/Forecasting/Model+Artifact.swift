package import Artifacts
package import Evaluation
private import GaussianProcesses
private import Networks

extension Forecaster.Model {
  package var parameterCount: Int {
    switch self {
    case .baseline: 0
    case .linear(let map): map.parameterCount
    case .network(let network): network.parameterCount
    case .ensemble(let ensemble): ensemble.parameterCount
    case .process(let process): process.parameterCount
    case .regression: 0
    }
  }

  /// Writes its arrays under names that begin with `prefix`, and gives what reading them needs.
  package func write(to publication: Publication, prefix: String = "") throws(ArtifactError) -> JSON {
    switch self {
    case .baseline(let baseline):
      var json: [String: JSON] = ["kind": "baseline", "baseline": .string(baseline.name)]
      if case .seasonalRepeat(let season) = baseline { json["season"] = JSON(season) }
      return .object(json)
    case .linear(let map):
      try map.write(to: publication, prefix: prefix)
      return map.blueprint
    case .network(let network):
      try network.write(to: publication, prefix: prefix)
      return network.blueprint
    case .process(let process):
      try process.write(to: publication, prefix: prefix)
      return process.blueprint
    case .regression(let regression):
      try regression.write(to: publication, prefix: prefix)
      return regression.blueprint
    case .ensemble(let ensemble): return try ensemble.write(to: publication, prefix: prefix)
    }
  }

  /// Reads what was written.
  package init(
    reading artifact: Artifact, blueprint: JSON, signature: Signature, season: Int?, prefix: String = ""
  ) throws {
    switch (blueprint["kind"]?.string, blueprint["baseline"]?.string) {
    case ("linear", nil):
      guard
        let map = try LinearMap(
          reading: artifact, blueprint: blueprint, signature: signature, prefix: prefix)
      else { break }
      self = .linear(map)
      return
    case ("network", nil):
      self = .network(
        try Network(reading: artifact, blueprint: blueprint, signature: signature, prefix: prefix))
      return
    case ("gaussian-process", nil):
      guard
        let process = try GaussianProcessModel(
          reading: artifact, blueprint: blueprint, signature: signature, prefix: prefix)
      else { break }
      self = .process(process)
      return
    case ("kernel-regression", nil):
      guard
        let regression = try KernelRegression(
          reading: artifact, blueprint: blueprint, signature: signature, prefix: prefix)
      else { break }
      self = .regression(regression)
      return
    case ("ensemble", nil):
      guard
        let ensemble = try Ensemble(
          reading: artifact, blueprint: blueprint, signature: signature, season: season, prefix: prefix)
      else { break }
      self = .ensemble(ensemble)
      return
    case ("baseline", let name?):
      guard let baseline = Baseline(named: name, season: blueprint["season"]?.integer ?? season),
        Baseline.all(for: signature, season: season).contains(baseline)
      else { break }
      self = .baseline(baseline)
      return
    default: break
    }
    throw ArtifactError.noFact(artifact: artifact.directory, name: "blueprint")
  }
}
