import Artifacts
import Features
import Testing

private func trend(_ steps: Int64, _ threshold: Double) throws -> Trend {
  try Trend(
    labelSettings("trend", ["of": "close", "steps": .integer(steps), "threshold": .number(threshold)]))
}

@Test func `The trend is up where the return exceeds the threshold, and not where it equals it`() throws {
  let prices: [Double] = [100, 100, 150, 225, 225.1, 100, .nan, 4]
  #expect(labelValues(try trend(1, 0.5), [prices])[0].prefix(5) == [0, 0, 0, 0, 0])
  #expect(labelValues(try trend(1, 0.001), [prices])[0].prefix(5) == [0, 1, 1, 0, 0])
  #expect(labelValues(try trend(2, 0.001), [prices])[0].prefix(4) == [1, 1, 1, 0])
  #expect(labelValues(try trend(1, 0), [prices])[0][5].isNaN)
  #expect(
    try trend(1, 0.001).outputs == [LabelColumn(unit: "class", still: .value(0), classes: ["down", "up"])])
  // A price that stands still exceeds a threshold below nothing.
  #expect(try trend(1, -0.01).outputs[0].still == .value(1))
}
