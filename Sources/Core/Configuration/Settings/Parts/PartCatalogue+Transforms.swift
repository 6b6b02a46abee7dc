extension PartCatalogue {
  /// What `transforms:` can name.
  package static let transforms: [PartSchema] = [
    PartSchema("log"),
    PartSchema("log-return"),
    PartSchema("min-max", ["to": .numbers(default: [0, 1], -1e9...1e9), "per": per, "fit": fit]),
    PartSchema("standardize", ["per": per, "fit": fit]),
    PartSchema("standard-variance", ["per": per, "fit": fit]),
    PartSchema("mean-scale", ["per": per, "fit": fit]),
    PartSchema("robust", ["per": per, "fit": fit]),
    PartSchema("difference", ["lag": .bars(default: 1, 1...1_000_000), "relative": .truth(default: false)]),
    PartSchema("percent-change", ["lag": .bars(default: 1, 1...1_000_000)]),
    PartSchema(
      "box-cox", ["lambda": .optional(.number(default: nil, -10...10)), "per": per, "fit": fit]),
    PartSchema("clip", ["low": .optional(anyNumber), "high": .optional(anyNumber)]),
    PartSchema("winsorize", ["quantiles": .numbers(default: [0.01, 0.99], 0...1), "per": per, "fit": fit]),
    PartSchema(
      "bin",
      [
        "bins": .integer(default: 5, 2...65_536),
        "kind": .choice(["uniform", "quantile"], default: "uniform"), "per": per, "fit": fit,
      ]),
    PartSchema("label-encode", ["per": per, "fit": fit]),
  ]

  /// Whose rows a fitted transform learns from: each entity's own, or all together.
  private static let per = PartSchema.Kind.choice(["entity", "all"], default: "entity")

  /// Which rows a fitted transform learns from; `all` looks ahead, is there to compare with, and is flagged.
  private static let fit = PartSchema.Kind.choice(["training", "all"], default: "training")

  private static let anyNumber = PartSchema.Kind.number(default: nil, -1e300...1e300)
}
