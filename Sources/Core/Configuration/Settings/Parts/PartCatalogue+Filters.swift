extension PartCatalogue {
  /// What `window: {smooth: …}` can name.
  package static let filters: [PartSchema] = [
    PartSchema(
      "low-pass", ["keep": .number(default: 0.5, 0.001...1), "padding": .number(default: 0.2, 0...10)]),
    PartSchema(
      "savitzky-golay",
      ["window": .integer(default: 17, 3...100_001), "order": .integer(default: 3, 0...20)]),
    PartSchema(
      "wavelet",
      ["threshold": .number(default: 0.63, 0...1000), "levels": .optional(.integer(default: nil, 1...40))]),
    PartSchema(
      "gp-smooth",
      ["nu": nu, "steps": .integer(default: 100, 0...10_000), "rate": .number(default: 0.1, 1e-6...10)]),
    PartSchema(
      "gp-extrapolate",
      [
        "nu": nu, "steps": .integer(default: 10, 0...10_000), "rate": .number(default: 0.01, 1e-6...10),
        "share": .number(default: 0.2, 0...1),
      ]),
    PartSchema("truncate"),
    PartSchema(
      "downsample",
      ["step": .integer(default: 2, 1...100_000), "mode": .choice(["mean", "pick"], default: "mean")]
    ),
  ]

  /// How smooth a Gaussian process with Matérn's kernel is.
  private static let nu = PartSchema.Kind.choice(["0.5", "1.5", "2.5"], default: "2.5")
}
