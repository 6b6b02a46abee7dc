import Artifacts

/// The settings of a step of stage `train`.
package struct TrainSettings: Sendable {
  /// The model's key: the path of its file under `models/`, without `.yaml`.
  package var model: String
  package var blueprint: Blueprint
  /// How much of the future each interval should cover, ascending.
  package var coverages: [Double]
  /// The rows after which the season repeats, for the seasonal baseline; nil when the interval decides.
  package var season: Int?
  /// Which fold of the windows is trained on and judged by, counted from 0; nil for the last one.
  package var fold: Int?

  package init(_ fields: inout Fields, models: ModelLibrary) throws(ConfigurationError) {
    model = try fields.text("model")
    let settings = fields.take(settings: "set")
    let training = fields.take(settings: "training")
    let found = try models.blueprint(model, overriding: settings, training: training, at: fields.place)
    blueprint = found.blueprint
    fields.record("blueprint", found.resolved)
    coverages = try fields.numbers("coverages", default: [0.8, 0.95], in: 0.01...0.999)
    season = fields.has("season") ? try fields.integer("season", in: 1...1_000_000) : nil
    fold = fields.has("fold") ? try fields.integer("fold", in: 0...100_000) : nil
    guard !coverages.isEmpty, zip(coverages, coverages.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .wrongValue(
        at: fields.place, setting: "coverages", expected: "an ascending list", found: JSON(coverages).inline)
    }
  }
}
