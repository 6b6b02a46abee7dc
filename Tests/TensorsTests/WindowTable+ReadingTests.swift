import Artifacts
import Chronology
import Tensors
import Testing

/// Two entities of six rows with two features, the second of which is forecast.
private func table() -> WindowTable {
  let signature = Signature(
    entities: ["A", "B"], features: ["x", "y"], targets: ["y"], lookback: 3, horizon: 2,
    interval: .milliseconds(3_600_000), calendar: .continuous)
  let features = (0..<24).map { Float($0 * $0 % 17) }
  return WindowTable(
    signature: signature, levels: StoredArray((0..<12).map(Double.init)), features: StoredArray(features),
    targets: StoredArray((0..<12).map { features[$0 * 2 + 1] }), time: StoredArray((0..<12).map(Int64.init)),
    offsets: [0, 6, 12], origins: [:])
}

/// Takes the greatest of all values it is shown off the window, as an honest rule would not with labels.
private struct LessGreatest: WindowAdjustment {
  var looksAtLabels = true

  func adjust(
    _ inputs: UnsafeMutableBufferPointer<Float>, labels: UnsafeBufferPointer<Float>,
    units: UnsafeMutableBufferPointer<WindowUnit>
  ) {
    let greatest = max(inputs.max() ?? 0, looksAtLabels ? labels.max() ?? 0 : 0)
    for index in inputs.indices { inputs[index] = (inputs[index] - greatest) / 2 }
    units[0] = WindowUnit(shift: Double(greatest), scale: 2)
  }
}

private func read(_ table: WindowTable, _ origin: Int) -> (inputs: [Float], labels: [Float]) {
  var (inputs, labels) = ([Float](repeating: .nan, count: 6), [Float](repeating: .nan, count: 2))
  inputs.withUnsafeMutableBufferPointer { inputs in
    labels.withUnsafeMutableBufferPointer { labels in
      table.read(windowAt: origin, inputs: inputs.baseAddress, labels: labels.baseAddress)
    }
  }
  return (inputs, labels)
}

@Test func `A window is its rows, and its labels the rows behind it`() {
  let table = table()
  for origin in [2, 3, 8, 9] {
    let (inputs, labels) = read(table, origin)
    #expect(inputs == Array(table.features[((origin - 2) * 2)..<((origin + 1) * 2)]))
    #expect(labels == [table.targets[origin + 1], table.targets[origin + 2]])
  }
}

@Test func `A fold's window has the units of its entity`() {
  let plain = table()
  var table = plain
  table.rescaling = FoldRescaling(factors: [2, 3, 4, 5], offsets: [1, -1, 0.5, 7])
  for (origin, x, y) in [(3, (2, 1), (3, -1)), (9, (4, 0.5), (5, 7))]
    as [(Int, (Float, Float), (Float, Float))]
  {
    let (stored, own) = (read(plain, origin), read(table, origin))
    for row in 0..<3 {
      #expect(own.inputs[row * 2] == stored.inputs[row * 2] * x.0 + x.1)
      #expect(own.inputs[row * 2 + 1] == stored.inputs[row * 2 + 1] * y.0 + y.1)
    }
    #expect(own.labels == stored.labels.map { $0 * y.0 + y.1 })
  }
}

@Test func `A batch is its windows one behind the other, in whatever units they are`() {
  for (rescaling, adjustment) in [
    (nil, nil), (FoldRescaling(factors: [2, 3, 4, 5], offsets: [1, -1, 0.5, 7]), nil), (nil, LessGreatest()),
    (FoldRescaling(factors: [2, 3, 4, 5], offsets: [1, -1, 0.5, 7]), LessGreatest(looksAtLabels: false)),
  ] as [(FoldRescaling?, LessGreatest?)] {
    var table = table()
    (table.rescaling, table.adjustment) = (rescaling, adjustment)
    for origins in [[], [2], [9, 3, 8], [2, 2]] as [[Int32]] {
      var inputs = [Float](repeating: .nan, count: origins.count * 6)
      var labels = [Float](repeating: .nan, count: origins.count * 2)
      origins.withUnsafeBufferPointer { origins in
        inputs.withUnsafeMutableBufferPointer { inputs in
          labels.withUnsafeMutableBufferPointer { labels in
            table.read(windowsAt: origins, inputs: inputs.baseAddress, labels: labels.baseAddress)
          }
        }
      }
      let windows = origins.map { read(table, Int($0)) }
      #expect(inputs == windows.flatMap(\.inputs) && labels == windows.flatMap(\.labels))
    }
  }
}

@Test func `The units of a window are those that its labels are told in`() throws {
  let plain = table()
  var table = plain
  #expect(table.units(ofWindowsAt: [2, 3]) == nil)
  table.adjustment = LessGreatest()
  for origin in [2, 3, 8, 9] {
    let unit = try #require(table.units(ofWindowsAt: [origin])?.first)
    #expect(read(table, origin).labels == read(plain, origin).labels.map { ($0 - Float(unit.shift)) / 2 })
    var panel = Panel(windows: 1, steps: 2, columns: 1, values: read(table, origin).labels.map(Double.init))
    panel.leave([unit])
    #expect(panel.values == read(plain, origin).labels.map(Double.init))
    #expect(table.labels(ofWindowsAt: [origin]).values == panel.values)
  }
}

@Test(arguments: [5, 11, 4, 10])
func `The newest window of an entity, whose labels have not come, is read by its inputs alone`(origin: Int) {
  var (seeing, honest) = (table(), table())
  seeing.adjustment = LessGreatest()
  honest.adjustment = LessGreatest(looksAtLabels: false)
  // In particular the next entity's rows are not taken for labels.
  #expect(seeing.units(ofWindowsAt: [origin]) == honest.units(ofWindowsAt: [origin]))
}

// MARK: Batches

/// Windows of a table whose element tells its row and column.
private func numbered(lookback: Int, horizon: Int, features: Int) -> WindowTable {
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
  var table = numbered(lookback: shape.lookback, horizon: shape.horizon, features: shape.features)
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
  let table = numbered(lookback: 2, horizon: 1, features: 2)
  #expect(batch(table, [7, 3], 4, 2) == [600, 601, 700, 701, 200, 201, 300, 301, 800, 801, 400, 401])
}
