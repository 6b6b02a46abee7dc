import Artifacts
import Features
import Testing

private let settings: [String: [String: JSON]] = [
  "price": ["of": "close", "steps": [1, 5]], "return": ["of": "close", "steps": [1, 5, 3]],
  "log-return": ["of": "close", "steps": [2]], "trend": ["of": "close", "steps": 3, "threshold": 0.001],
  "grid": ["of": "close", "steps": 2, "edges": [-9e6, -1, 0, 1, 9e6], "one_hot": true],
  "triple-barrier": [
    "of": "close", "high": "high", "low": "low", "profit": 1.5, "loss": 1.0, "steps": 7, "volatility": 4,
  ],
]

private func label(_ type: any Label.Type) throws -> any Label {
  try type.init(labelSettings(type.name, #require(settings[type.name])))
}

private func columns(_ label: any Label, _ rows: Int) -> [[Double]] {
  let close = labelPrices(rows)
  return label.inputs.map {
    $0 == "high" ? close.map { $0 * 1.004 } : $0 == "low" ? close.map { $0 * 0.997 } : close
  }
}

@Test func `The library names each label once`() {
  let names = LabelLibrary.all.map { $0.name }
  #expect(Set(names) == Set(settings.keys) && names.count == settings.count)
}

@Test func `A label writes the rows that its look-back and span leave, and no others`() throws {
  for type in LabelLibrary.all {
    let label = try label(type)
    for rows in [0, 1, label.span, label.lookback + label.span, label.lookback + label.span + 1, 40] {
      for output in labelValues(label, columns(label, rows)) {
        let written = label.lookback..<max(label.lookback, rows - label.span)
        for row in 0..<rows {
          #expect((output[row] != untouched) == written.contains(row), "\(type.name) row \(row) of \(rows)")
          #expect(output[row].isFinite)
        }
      }
    }
  }
}

@Test func `A label depends on no row behind its span, nor on one before its look-back`() throws {
  for type in LabelLibrary.all {
    let label = try label(type)
    let all = columns(label, 60)
    let whole = labelValues(label, all)
    for row in [label.lookback, 20, 31] {
      let needed = (row - label.lookback)...(row + label.span)
      let cut = all.map { $0.enumerated().map { needed.contains($0.offset) ? $0.element : 1e6 } }
      for (output, expected) in zip(labelValues(label, cut), whole) {
        #expect(output[row] == expected[row], "\(type.name)")
      }
    }
  }
}

@Test func `What a still price makes of a label is what it says`() throws {
  for type in LabelLibrary.all {
    let label = try label(type)
    let still = label.inputs.map { _ in [Double](repeating: 50, count: 40) }
    for (output, column) in zip(labelValues(label, still), label.outputs) {
      switch column.still {
      // Barriers in units of no volatility stand at the price itself.
      case .value(let value): #expect(output[20] == value || type.name == "triple-barrier", "\(type.name)")
      case .lastInput: #expect(output[20] == 50)
      }
    }
  }
}

@Test func `Several horizons are several columns, and one has the label's own name`() throws {
  #expect(try label(Return.self).outputs.map(\.suffix) == ["_1", "_5", "_3"])
  #expect(try label(Price.self).outputs.map(\.still) == [.lastInput, .lastInput])
  #expect(try label(LogReturnLabel.self).outputs.map(\.suffix) == [""])
}

@Test(arguments: [[], [0], [2, 2], [-1, 3]] as [[Int64]])
func `Horizons that are none, repeated or not ahead are refused`(steps: [Int64]) {
  for type in [Price.self, Return.self, LogReturnLabel.self] as [any Label.Type] {
    let error = #expect(throws: FeatureError.self) {
      try type.init(labelSettings(type.name, ["of": "close", "steps": .array(steps.map(JSON.integer))]))
    }
    #expect(error?.description.hasPrefix("'\(type.name)': steps: different numbers of rows") == true)
  }
}

@Test(arguments: [0, -1, Int.max])
func `A manifest's number of rows is not trusted`(steps: Int) {
  let settings = labelSettings(
    "label",
    [
      "of": "close", "steps": JSON(steps), "threshold": 0, "edges": [-1, 0, 1], "one_hot": false, "profit": 1,
      "loss": 1, "step": JSON(steps), "mode": "pick", "lag": JSON(steps), "bins": JSON(steps),
      "kind": "uniform",
    ])
  #expect(throws: FeatureError.self) { try Trend(settings) }
  #expect(throws: FeatureError.self) { try Grid(settings) }
  #expect(throws: FeatureError.self) { try TripleBarrier(settings) }
  #expect(throws: FeatureError.self) { try Downsampling(settings) }
  #expect(throws: FeatureError.self) { try PercentChange(settings) }
  #expect(throws: FeatureError.self) { try Bin(settings) }
}
