import Artifacts

/// The settings of a step of stage `train`.
package struct TrainSettings: Sendable {
  /// The model's key: the path of its file under `models/`, without `.yaml`.
  package var model: String
  package var blueprint: Blueprint
  /// How many networks are trained, each from a seed of its own, and averaged; nil for one.
  package var seeds: Int?
  /// How much of the future each interval should cover, ascending.
  package var coverages: [Double]
  /// The rows after which the season repeats, for the seasonal baseline; nil when the interval decides.
  package var season: Int?
  /// Where the step's settings stand.
  private let place: Place
  /// Which fold of the windows is trained on and judged by, counted from 0; nil for the last one.
  package var fold: Int?

  package init(_ fields: inout Fields, models: ModelLibrary) throws(ConfigurationError) {
    place = fields.place
    let (modelPlace, seedsPlace, coveragesPlace) = (
      fields.place(of: "model") ?? place, fields.place(of: "ensemble") ?? place,
      fields.place(of: "coverages") ?? place
    )
    model = try fields.text("model")
    let settings = fields.take(settings: "set")
    let training = fields.take(settings: "training")
    let forecast = fields.take(settings: "forecast")
    let found = try models.blueprint(
      model, overriding: settings, training: training, forecast: forecast, at: modelPlace)
    blueprint = found.blueprint
    fields.record("blueprint", found.resolved)
    seeds = try Self.seeds(&fields)
    if let seeds {
      guard case .network = blueprint else {
        throw .malformed(
          at: seedsPlace,
          """
          'ensemble' has no use here: '\(model)' has no seed, so that all \(seeds) would be one and the same; leave it \
          out, or take a network
          """)
      }
    }
    coverages = try fields.numbers("coverages", default: [0.8, 0.95], in: 0.01...0.999)
    season = fields.has("season") ? try fields.integer("season", in: 1...1_000_000) : nil
    fold = fields.has("fold") ? try fields.integer("fold", in: 0...100_000) : nil
    guard !coverages.isEmpty, zip(coverages, coverages.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .wrongValue(
        at: coveragesPlace, setting: "coverages", expected: "an ascending list", found: JSON(coverages).inline
      )
    }
  }

  /// `ensemble: {seeds: 4}`.
  private static func seeds(_ fields: inout Fields) throws(ConfigurationError) -> Int? {
    guard fields.has("ensemble") else { return nil }
    return try fields.nested("ensemble") { inner throws(ConfigurationError) in
      try inner.integer("seeds", in: 2...64)
    }
  }

  // MARK: What it reads

  /// Demands what the model needs besides windows, and refuses what it would not look at.
  func check(_ reads: [ReadEdge]) throws(ConfigurationError) {
    let names = Set(reads.map { $0.name.prefix { $0 != "@" } })
    if case .ensemble = blueprint {
      guard names.contains("models") else {
        throw .wrongValue(
          at: place, setting: "reads.models", expected: "the steps whose models '\(model)' combines",
          found: "nothing")
      }
    } else if names.contains("models") {
      throw refused("models", "'\(model)' combines no models, as ensemble/mean and ensemble/linear do")
    }
    guard case .network(let network) = blueprint else {
      if let name = ["from", "synthetic"].first(where: { names.contains($0[...]) }) {
        throw refused(name, "'\(model)' is not trained step by step")
      }
      return
    }
    if !names.contains("synthetic"), network.training.realProportion != nil {
      throw .malformed(
        at: network.places["training.real_proportion"] ?? place,
        """
        'training.real_proportion' is for training on real and synthetic windows, and there are no synthetic ones: name a \
        step of windows under 'reads.synthetic', or leave it out
        """)
    }
  }

  private func refused(_ name: String, _ problem: String) -> ConfigurationError {
    .malformed(at: place, "'reads.\(name)' has no use here: \(problem); leave it out")
  }
}
