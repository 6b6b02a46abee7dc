package import Artifacts
import Chronology

/// The settings of a step of stage `prepare`.
package struct PrepareSettings: Sendable {
  /// How far apart the origins of windows lie, in rows.
  package struct Strides: Sendable, Equatable {
    package var train: Int
    package var validation: Int
    package var test: Int
  }

  /// L.
  package var lookback: Int
  /// H; 1 where labels are forecast.
  package var horizon: Int
  /// How many rows later than the next one the forecast begins.
  package var shift: Int
  package var strides: Strides
  /// Features, labels, transforms, cleaning and what is done to windows, resolved, for the room Features to read.
  package var recipe: JSON
  /// Names of features to forecast; nil for all that are columns of the series, or where there are labels.
  package var targets: [String]?
  package var split: Split
  /// Entities that have validation and test windows; nil for all.
  ///
  /// Of the others the rows behind the border are not used.
  package var judged: [String]?
  /// Whether windows are also written as plain arrays, and which.
  package var materialize: Materialize?
  /// Whether a page for people is written.
  package var report: Bool
  /// Why a leak is put up with; nil where none is.
  package var allowLeak: String?
  /// Where parts of the recipe stand, by their path: `features.1`, `labels.0`.
  package var places: [String: Place]

  package init(_ fields: inout Fields) throws(ConfigurationError) {
    let names = ["targets", "split", "window", "intervals", "judge", "clean", "lookback"]
    let settings = names.compactMap { name in fields.place(of: name).map { (name, $0) } }
    lookback = try fields.integer("lookback", in: 1...1_000_000)
    shift = try fields.integer("shift", default: 0, in: 0...1_000_000)
    strides = try Self.strides(&fields)
    var recipe = RecipeReader(place: fields.place)
    try recipe.read(&fields)
    self.recipe = recipe.json
    places = recipe.places.merging(settings) { part, _ in part }
    targets = try Self.names("targets", &fields)
    horizon = try Self.horizon(&fields, hasLabels: recipe.hasLabels, hasTargets: targets != nil, shift: shift)
    guard let node = fields.take(settings: "split") else { throw fields.missing("split") }
    split = try Split(node, &fields)
    judged = try Self.names("judge", &fields)
    materialize = try Materialize(&fields)
    if recipe.hasLabels, materialize?.backwardOutputs != nil || materialize?.forwardOutputs != nil {
      throw .wrongValue(
        at: fields.place, setting: "materialize",
        expected: "true, or parts of the inputs, beside 'labels', which are no columns of rows",
        found: "outputs")
    }
    report = try fields.truth("report", default: false)
    allowLeak = fields.has("allow_leak") ? try fields.text("allow_leak") : nil
  }

  /// A list that, where it is written, names something.
  private static func names(_ name: String, _ fields: inout Fields) throws(ConfigurationError) -> [String]? {
    let place = fields.place(of: name) ?? fields.place
    let names = try fields.texts(name)
    guard names?.isEmpty != true else {
      throw .wrongValue(at: place, setting: name, expected: "left out, or a list of names", found: "empty")
    }
    return names
  }

  private static func horizon(
    _ fields: inout Fields, hasLabels: Bool, hasTargets: Bool, shift: Int
  ) throws(ConfigurationError) -> Int {
    guard hasLabels else { return try fields.integer("horizon", in: 1...1_000_000) }
    let clash = [(hasTargets, "targets"), (fields.has("horizon"), "horizon"), (shift > 0, "shift")].first {
      $0.0
    }
    if let clash {
      throw .wrongValue(
        at: fields.place, setting: clash.1,
        expected: "left out beside 'labels', which say themselves what they look at", found: "written as well"
      )
    }
    return 1
  }

  /// One number for all, or a number for each split.
  private static func strides(_ fields: inout Fields) throws(ConfigurationError) -> Strides {
    let range = 1...1_000_000
    guard fields.isMapping("stride") else {
      let stride = try fields.integer("stride", default: 1, in: range)
      return Strides(train: stride, validation: stride, test: stride)
    }
    let strides = try fields.nested("stride") { inner throws(ConfigurationError) in
      Strides(
        train: try inner.integer("train", default: 1, in: range),
        validation: try inner.integer("validation", default: 1, in: range),
        test: try inner.integer("test", default: 1, in: range))
    }
    return strides ?? Strides(train: 1, validation: 1, test: 1)
  }
}
