package import Chronology

/// What a window looks like, so that a model meets only windows like those it learnt from.
package struct Signature: Equatable, Sendable {
  package var entities: [String]
  /// The columns a model may look at, F of them.
  package var features: [String]
  /// The columns it forecasts, K of them, each also a feature.
  package var targets: [String]
  /// L, the rows a window looks back over, the origin included.
  package var lookback: Int
  /// H, the rows that are forecast.
  package var horizon: Int
  package var interval: Interval
  package var calendar: Calendar

  package init(
    entities: [String], features: [String], targets: [String], lookback: Int, horizon: Int,
    interval: Interval,
    calendar: Calendar
  ) {
    self.entities = entities
    self.features = features
    self.targets = targets
    self.lookback = lookback
    self.horizon = horizon
    self.interval = interval
    self.calendar = calendar
  }

  /// For each target, the position of its column among the features.
  package var targetColumns: [Int] { targets.compactMap { features.firstIndex(of: $0) } }
}

extension Signature {
  package var json: JSON {
    [
      "entities": JSON(entities), "features": JSON(features), "targets": JSON(targets),
      "lookback": JSON(lookback),
      "horizon": JSON(horizon), "interval": .string(interval.description),
      "calendar": .string(calendar.rawValue),
    ]
  }

  package init?(json: JSON) {
    guard let entities = json["entities"]?.strings, let features = json["features"]?.strings,
      let targets = json["targets"]?.strings, let lookback = json["lookback"]?.integer, lookback > 0,
      let horizon = json["horizon"]?.integer, horizon > 0,
      let interval = json["interval"]?.string.flatMap({ Interval($0) }),
      let calendar = json["calendar"]?.string.flatMap(Calendar.init(rawValue:)),
      targets.allSatisfy(features.contains)
    else { return nil }
    self.init(
      entities: entities, features: features, targets: targets, lookback: lookback, horizon: horizon,
      interval: interval, calendar: calendar)
  }
}
