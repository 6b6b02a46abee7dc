import Artifacts
import Configuration
import Testing

@Test func `A part that was told nothing has its defaults, and null where something may be left out`() {
  let schema = PartSchema(
    "part",
    [
      "of": .column(default: "close"),
      "count": .integer(default: 3, 1...9), "lags": .integers(default: [1, 5], 1...9),
      "share": .number(default: 0.5, 0...1), "levels": .numbers(default: [0.1], 0...1),
      "centred": .truth(default: false), "kind": .choice(["log", "simple"], default: "log"),
      "fields": .choices(["hour", "day"], default: ["day"]), "period": .bars(default: 20, 1...99),
      "limit": .optional(.number(default: 4, 0...9)),
    ])
  #expect(
    schema.defaults == [
      "of": "close", "count": 3, "lags": [1, 5], "share": 0.5, "levels": [0.1],
      "centred": false, "kind": "log", "fields": ["day"], "period": 20, "limit": .null,
    ])
  #expect(PartSchema("plain").defaults == [:])
}

@Test(
  arguments: [
    .column(default: nil), .integer(default: nil, 1...9),
    .integers(default: nil, 1...9), .number(default: nil, 0...1), .numbers(default: nil, 0...1),
    .choice(["a"], default: nil), .choices(["a"], default: nil), .bars(default: nil, 1...9),
  ] as [PartSchema.Kind])
func `A part that must be told something has no defaults`(kind: PartSchema.Kind) {
  #expect(PartSchema("part", ["known": .truth(default: true), "asked": kind]).defaults == nil)
}
