import Artifacts
import Chronology
import Tensors
import Testing

@Test func `A panel holds the rows that follow each origin`() {
  let table = StoredArray((0..<12).map(Double.init))
  func values(_ start: Int) -> [Double] {
    table.withUnsafeBufferPointer {
      Panel(following: [0, 3][...], start: start, steps: 2, columns: 2, in: $0).values
    }
  }
  #expect(values(1) == [2, 3, 4, 5, 8, 9, 10, 11])
  #expect(values(0) == [0, 1, 2, 3, 6, 7, 8, 9])
}

@Test func `Windows are the last rows of each column, the newest last`() {
  let (windows, last) = WindowMatrix.ofTargets(
    windowTable, origins: [2, 3][...], lookback: 2, subtractLast: false)
  #expect(windows.values == [1, 2, 11, 12, 2, 3, 12, 13] && last == [0, 0, 0, 0])
  let subtracted = WindowMatrix.ofTargets(windowTable, origins: [3][...], lookback: 3, subtractLast: true)
  #expect(subtracted.windows.values == [-2, -1, 0, -2, -1, 0] && subtracted.last == [3, 13])
}

@Test func `All features of a window are its rows one after the other, and its labels the rows behind it`() {
  let features = WindowMatrix.ofFeatures(windowTable, origins: [2, 3][...], lookback: 2)
  #expect(features.values == [1, 11, 2, 12, 2, 12, 3, 13] && features.rows == 2)
  #expect(WindowMatrix.ofLabels(windowTable, origins: [2][...]).values == [3, 13])
}

/// Two columns that are features and targets, four rows, windows of three.
private let windowTable: WindowTable = {
  let signature = Signature(
    entities: ["A"], features: ["x", "y"], targets: ["x", "y"], lookback: 3, horizon: 1,
    interval: .milliseconds(3_600_000), calendar: .continuous)
  let rows: [Float] = [0, 10, 1, 11, 2, 12, 3, 13]
  return WindowTable(
    signature: signature, levels: StoredArray(rows.map(Double.init)), features: StoredArray(rows),
    targets: StoredArray(rows), time: [0, 1, 2, 3], offsets: [0, 4], origins: [:])
}()

@Test func `A path visits the steps of one window and column`() {
  var panel = Panel(windows: 2, steps: 3, columns: 2)
  panel.updatePaths { values, path, place in
    for (step, element) in path.enumerated() {
      values[element] = Double(100 * place.window + 10 * step + place.column)
    }
  }
  #expect(panel.values == [0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121])
}
