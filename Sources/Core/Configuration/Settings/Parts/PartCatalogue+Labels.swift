extension PartCatalogue {
  /// What `labels:` can name.
  package static let labels: [PartSchema] = [
    PartSchema("price", ["of": .column(default: "close"), "steps": .integers(default: [1], rowsAhead)]),
    PartSchema("return", ["of": .column(default: "close"), "steps": .integers(default: [1], rowsAhead)]),
    PartSchema("log-return", ["of": .column(default: "close"), "steps": .integers(default: [1], rowsAhead)]),
    PartSchema(
      "trend",
      [
        "of": .column(default: "close"), "steps": .integer(default: 1, rowsAhead),
        "threshold": .number(default: 0.001, -1...1_000),
      ]),
    PartSchema(
      "grid",
      [
        "of": .column(default: "close"), "steps": .integer(default: 1, rowsAhead),
        // In percent.
        "edges": .numbers(default: [-9e6, -2, 0, 2, 9e6], -9e6...9e6), "one_hot": .truth(default: false),
      ]),
    PartSchema(
      "triple-barrier",
      [
        "of": .column(default: "close"), "high": .optional(.column(default: nil)),
        "low": .optional(.column(default: nil)), "profit": .number(default: 0.02, 1e-9...1_000),
        "loss": .number(default: 0.02, 1e-9...1_000), "steps": .integer(default: 20, rowsAhead),
        "volatility": .optional(.integer(default: nil, 2...100_000)),
      ]),
  ]

  /// How far a label may look.
  private static let rowsAhead = 1...1_000_000
}
