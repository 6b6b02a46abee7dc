import Artifacts
import Chronology
import Evaluation
import Forecasting

extension Forecast {
  func facts(worth: Worth) -> [String: JSON] {
    [
      "model": .string(model.name), "registered": .string(worth.version), "signature": signature.json,
      "origins": JSON(origins.map { Instant(milliseconds: $0).description }), "units": JSON(model.units),
      "probabilities": JSON(model.intervals.probabilities),
      "skill": worth.skill.map(JSON.number) ?? .null, "warnings": JSON(warnings),
    ]
  }

  /// Entities whose newest bar is older than that of others.
  private var warnings: [String] {
    guard let newest = origins.max() else { return [] }
    return zip(signature.entities, origins).filter { $1 < newest }.map { name, origin in
      "the newest bar of '\(name)' opens at \(Instant(milliseconds: origin)), earlier than that of others"
    }
  }
}
