package import Artifacts
package import Evaluation
private import Features
private import Networks

/// All that a forecast needs besides a series: the model, its recipe, its intervals and what it is worth.
///
/// A `model` artifact holds it, and nothing outside of that artifact is asked.
package struct FittedModel: Sendable {
  package var forecaster: Forecaster
  package var intervals: IntervalOffsets
  /// The season of the seasonal baseline, in bars.
  package var season: Int?
  /// The model's key, such as `linear/ridge`.
  package var name: String
  /// Units of the targets, [K].
  package var units: [String]

  package init(
    forecaster: Forecaster, intervals: IntervalOffsets, season: Int?, name: String, units: [String]
  ) {
    self.forecaster = forecaster
    self.intervals = intervals
    self.season = season
    self.name = name
    self.units = units
  }

  package var signature: Signature { forecaster.signature }
}

extension FittedModel {
  /// Writes parameters, transform statistics and interval offsets, and gives the facts that reading them needs.
  package func write(to publication: Publication) throws(ArtifactError) -> [String: JSON] {
    try forecaster.recipe.writeStatistics(to: publication)
    try publication.write(
      "interval.offsets", intervals.offsets,
      shape: [intervals.entities, intervals.steps, intervals.columns, intervals.probabilities.count],
      axes: ["E", "H", "K", "Q"], unit: intervals.isRelative ? "ln(actual / forecast)" : "original units")
    var facts: [String: JSON] = [
      "model": .string(name), "signature": signature.json, "recipe": forecaster.recipe.declaration,
      "units": JSON(units), "labelMeans": JSON(forecaster.labelMeans),
      "intervals": [
        "probabilities": JSON(intervals.probabilities), "isRelative": .bool(intervals.isRelative),
      ],
      "season": season.map { JSON($0) } ?? .null,
    ]
    switch forecaster.model {
    case .baseline(let baseline):
      facts["blueprint"] = ["kind": "baseline", "baseline": .string(baseline.name)]
      facts["parameterCount"] = 0
    case .linear(let map):
      try map.write(to: publication)
      facts["blueprint"] = map.blueprint
      facts["parameterCount"] = JSON(map.parameterCount)
    case .network(let network):
      try network.write(to: publication)
      facts["blueprint"] = network.blueprint
      facts["parameterCount"] = JSON(network.parameterCount)
    }
    return facts
  }

  /// Reads a `model` artifact.
  package init(reading artifact: Artifact) throws {
    _ = try artifact.expecting(.model)
    let signature = try artifact.fact("signature", Signature.init(json:))
    let (e, h, k) = (signature.entities.count, signature.horizon, signature.targets.count)
    let season = try artifact.fact("season").integer
    let probabilities = try artifact.fact("intervals") { json in
      json["probabilities"]?.array.map { $0.compactMap(\.number) }
    }
    let isRelative = try artifact.fact("intervals") { $0["isRelative"]?.bool }
    let offsets = try artifact.array(
      "interval.offsets", of: Double.self, shape: [e, h, k, probabilities.count])
    self.init(
      forecaster: try Forecaster(
        model: try Self.model(of: artifact, signature: signature, season: season),
        recipe: try Recipe(reading: artifact, interval: signature.interval, entities: e),
        signature: signature,
        labelMeans: try artifact.fact("labelMeans") { $0.array?.compactMap(\.number) }),
      intervals: IntervalOffsets(
        probabilities: probabilities, offsets: offsets.values, entities: e, steps: h, columns: k,
        isRelative: isRelative),
      season: season, name: try artifact.fact("model", \.string), units: try artifact.fact("units", \.strings)
    )
  }

  private static func model(
    of artifact: Artifact, signature: Signature, season: Int?
  ) throws -> Forecaster.Model {
    let blueprint = try artifact.fact("blueprint")
    switch (blueprint["kind"]?.string, blueprint["baseline"]?.string) {
    case ("linear", nil):
      guard let map = try LinearMap(reading: artifact, blueprint: blueprint, signature: signature) else {
        break
      }
      return .linear(map)
    case ("network", nil):
      return .network(try Network(reading: artifact, blueprint: blueprint, signature: signature))
    case ("baseline", let name?):
      guard let baseline = Baseline(named: name, season: season),
        Baseline.all(for: signature, season: season).contains(baseline)
      else { break }
      return .baseline(baseline)
    default: break
    }
    throw ArtifactError.noFact(artifact: artifact.directory, name: "blueprint")
  }
}
