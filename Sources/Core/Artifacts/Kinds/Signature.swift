package import Chronology

/// What a window looks like, so that a model meets only windows like those it learnt from.
package struct Signature: Equatable, Sendable {
  package var entities: [String]
  /// The columns a model may look at, F of them.
  package var features: [String]
  /// What it forecasts, K of them: columns that are features as well, or labels.
  package var targets: [String]
  /// Whether the targets say what comes after a row, so that they can never be inputs.
  package var hasLabels: Bool
  /// For each target the names of its classes 0, 1, …; empty for a quantity, [K].
  package var classes: [[String]]
  /// The features that the calendar alone decides: known for rows that have not come yet.
  package var knownAhead: [String]
  /// L, the rows a window looks back over, the origin included.
  package var lookback: Int
  /// H, the rows that are forecast; 1 for labels.
  package var horizon: Int
  /// How far behind the origin the first label stands: 1 for the next row; 0 for labels, which stand in the row of
  /// the origin.
  package var labelStart: Int
  /// How far behind the origin the last row lies that a label depends on.
  package var span: Int
  /// Of the series that windows are made of.
  package var interval: Interval
  /// Each entity's own, [E]: bars may be made of several of the series'.
  package var intervals: [Interval]
  package var calendar: Calendar

  /// Windows that forecast columns of their own rows, `shift` rows later than the next ones.
  package init(
    entities: [String], features: [String], targets: [String], knownAhead: [String] = [], lookback: Int,
    horizon: Int, shift: Int = 0, interval: Interval, intervals: [Interval]? = nil, calendar: Calendar
  ) {
    self.entities = entities
    self.features = features
    self.targets = targets
    self.knownAhead = knownAhead
    self.lookback = lookback
    self.horizon = horizon
    self.interval = interval
    self.intervals = intervals ?? entities.map { _ in interval }
    self.calendar = calendar
    hasLabels = false
    classes = targets.map { _ in [] }
    labelStart = 1 + shift
    span = horizon + shift
  }

  /// Windows that forecast labels, which depend on the `span` rows behind an origin.
  package init(
    entities: [String], features: [String], labels: [String], classes: [[String]], span: Int,
    knownAhead: [String] = [], lookback: Int, interval: Interval, intervals: [Interval]? = nil,
    calendar: Calendar
  ) {
    precondition(labels.count == classes.count, "classes for each label")
    self.init(
      entities: entities, features: features, targets: labels, knownAhead: knownAhead, lookback: lookback,
      horizon: 1, interval: interval, intervals: intervals, calendar: calendar)
    hasLabels = true
    self.classes = classes
    labelStart = 0
    self.span = span
  }

  /// For each target, the position of its column among the features; empty for labels.
  package var targetColumns: [Int] {
    hasLabels ? [] : targets.compactMap { features.firstIndex(of: $0) }
  }

  /// The interval of all entities; nil where they differ.
  package var commonInterval: Interval? { Set(intervals).count == 1 ? intervals.first : nil }

  /// The positions of the features that are known ahead.
  package var knownColumns: [Int] { knownAhead.compactMap { features.firstIndex(of: $0) } }

  /// The rows around an origin that a window needs, from its first input to the last row its labels depend on.
  package var reach: ClosedRange<Int> { (1 - lookback)...span }
}

extension Signature {
  package var json: JSON {
    [
      "entities": JSON(entities), "features": JSON(features), "targets": JSON(targets),
      "hasLabels": .bool(hasLabels), "classes": .array(classes.map { JSON($0) }),
      "knownAhead": JSON(knownAhead),
      "lookback": JSON(lookback), "horizon": JSON(horizon), "labelStart": JSON(labelStart),
      "span": JSON(span),
      "interval": .string(interval.description), "intervals": JSON(intervals.map(\.description)),
      "calendar": .string(calendar.rawValue),
    ]
  }

  package init?(json: JSON) {
    guard let entities = json["entities"]?.strings, let features = json["features"]?.strings,
      let targets = json["targets"]?.strings, let knownAhead = json["knownAhead"]?.strings,
      let hasLabels = json["hasLabels"]?.bool, let classes = json["classes"]?.array?.compactMap(\.strings),
      classes.count == targets.count,
      let lookback = json["lookback"]?.integer, lookback > 0,
      let horizon = json["horizon"]?.integer, horizon > 0,
      let labelStart = json["labelStart"]?.integer, let span = json["span"]?.integer,
      let interval = json["interval"]?.string.flatMap({ Interval($0) }),
      let intervals = json["intervals"]?.strings?.compactMap({ Interval($0) }),
      intervals.count == entities.count,
      let calendar = json["calendar"]?.string.flatMap(Calendar.init(rawValue:)),
      knownAhead.allSatisfy(features.contains)
    else { return nil }
    if hasLabels {
      guard horizon == 1, labelStart == 0, span > 0 else { return nil }
      self.init(
        entities: entities, features: features, labels: targets, classes: classes, span: span,
        knownAhead: knownAhead, lookback: lookback, interval: interval, intervals: intervals,
        calendar: calendar)
    } else {
      guard labelStart > 0, span == labelStart - 1 + horizon, targets.allSatisfy(features.contains) else {
        return nil
      }
      self.init(
        entities: entities, features: features, targets: targets, knownAhead: knownAhead, lookback: lookback,
        horizon: horizon, shift: labelStart - 1, interval: interval, intervals: intervals, calendar: calendar)
    }
  }
}
