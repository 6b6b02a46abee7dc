import Artifacts
import Chronology
import Tensors
import Testing

/// Windows of a table whose element tells its row and column.
private func table(lookback: Int, horizon: Int, features: Int) -> WindowTable {
  let rows = 120
  let names = (0..<features).map { "f\($0)" }
  let values = (0..<rows).flatMap { row in (0..<features).map { Float(row * 100 + $0) } }
  let signature = Signature(
    entities: ["A"], features: names, targets: names, lookback: lookback, horizon: horizon,
    interval: .milliseconds(3_600_000), calendar: .continuous)
  return WindowTable(
    signature: signature, levels: StoredArray(values.map(Double.init)), features: StoredArray(values),
    targets: StoredArray(values), time: StoredArray((0..<rows).map { Int64($0) }), offsets: [0, rows],
    origins: [.train: Origins((lookback - 1)..<(rows - horizon))])
}

/// Takes the last input off every window.
private struct LessLast: WindowAdjustment {
  func adjust(
    _ inputs: UnsafeMutableBufferPointer<Float>, labels: UnsafeBufferPointer<Float>,
    units: UnsafeMutableBufferPointer<WindowUnit>
  ) {
    let last = inputs[inputs.count - 1]
    for index in inputs.indices { inputs[index] -= last }
    for unit in units.indices { units[unit] = WindowUnit(shift: Double(last), scale: 2) }
  }
}

private func batch(_ table: WindowTable, _ origins: [Int32], _ inputs: Int, _ labels: Int) -> [Float] {
  var batch = [Float](repeating: -1, count: origins.count * (inputs + labels))
  batch.withUnsafeMutableBufferPointer { batch in
    origins.withUnsafeBufferPointer { origins in
      let start = batch.baseAddress
      table.read(windowsAt: origins, inputs: start, labels: start.map { $0 + origins.count * inputs })
    }
  }
  return batch
}

private func oneByOne(_ table: WindowTable, _ origins: [Int32], _ inputs: Int, _ labels: Int) -> [Float] {
  var batch = [Float](repeating: -2, count: origins.count * (inputs + labels))
  batch.withUnsafeMutableBufferPointer { batch in
    for (window, origin) in origins.enumerated() {
      let start = batch.baseAddress
      table.read(
        windowAt: Int(origin), inputs: start.map { $0 + window * inputs },
        labels: start.map { $0 + origins.count * inputs + window * labels })
    }
  }
  return batch
}

// Windows shorter, as long and longer than what is copied at a time, and such that leave a rest.
@Test(
  arguments: [(1, 1, 1), (5, 2, 3), (16, 1, 4), (32, 3, 2), (31, 40, 5)], ["plain", "rescaled", "adjusted"])
func `A batch holds the windows that are read one by one`(
  shape: (lookback: Int, horizon: Int, features: Int), kind: String
) {
  var table = table(lookback: shape.lookback, horizon: shape.horizon, features: shape.features)
  if kind == "rescaled" {
    table.rescaling = FoldRescaling(
      factors: (0..<shape.features).map { Double($0 + 2) }, offsets: (0..<shape.features).map(Double.init))
  }
  if kind == "adjusted" { table.adjustment = LessLast() }
  let (inputs, labels) = (shape.lookback * shape.features, shape.horizon * shape.features)
  let all = (table.origins[.train] ?? []).map { Int32($0) }
  for origins in [[], [all[0]], [all[all.count - 1], all[0], all[0]], all.reversed()] {
    #expect(batch(table, origins, inputs, labels) == oneByOne(table, origins, inputs, labels))
  }
}

@Test func `The first window of a batch holds its own rows, oldest first`() {
  let table = table(lookback: 2, horizon: 1, features: 2)
  #expect(batch(table, [7, 3], 4, 2) == [600, 601, 700, 701, 200, 201, 300, 301, 800, 801, 400, 401])
}
