package import Artifacts
package import Evaluation
private import Features
private import GaussianProcesses
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

  /// What messages call it.
  var kind: String {
    if case .ensemble(let ensemble) = forecaster.model {
      return "an ensemble of \(ensemble.members.count) models"
    }
    return "'\(name)'"
  }
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
    facts["blueprint"] = try forecaster.model.write(to: publication)
    facts["parameterCount"] = JSON(forecaster.model.parameterCount)
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
        model: try Forecaster.Model(
          reading: artifact, blueprint: try artifact.fact("blueprint"), signature: signature, season: season),
        recipe: try Recipe(reading: artifact, interval: signature.interval, entities: e),
        signature: signature,
        labelMeans: try artifact.fact("labelMeans") { $0.array?.compactMap(\.number) }),
      intervals: IntervalOffsets(
        probabilities: probabilities, offsets: offsets.values, entities: e, steps: h, columns: k,
        isRelative: isRelative),
      season: season, name: try artifact.fact("model", \.string), units: try artifact.fact("units", \.strings)
    )
  }
}
