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
      "skill": worth.skill.map(JSON.number) ?? .null, "stamps": JSON(worth.stamps),
      "warnings": JSON(worth.stamps + warnings),
    ]
  }

  /// What is forecast, in a few words: `24 × 1h`.
  var step: String {
    let interval = signature.commonInterval?.description ?? "1 bar"
    return signature.hasLabels
      ? "labels over \(signature.span) × \(interval)" : "\(signature.horizon) × \(interval)"
  }

  /// Entities whose newest bar is older than that of others.
  private var warnings: [String] {
    guard let newest = origins.max() else { return [] }
    return zip(signature.entities, origins).filter { $1 < newest }.map { name, origin in
      "the newest bar of '\(name)' opens at \(Instant(milliseconds: origin)), earlier than that of others"
    }
  }
}
