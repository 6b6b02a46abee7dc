import Tensors
import Testing

@Test func `A panel holds the rows that follow each origin`() {
  let table: [Double] = (0..<12).map(Double.init)
  let panel = Panel(following: [0, 3][...], steps: 2, columns: 2, in: table)
  #expect(panel.values == [2, 3, 4, 5, 8, 9, 10, 11])
}

@Test func `Windows are the last rows of each column, the newest last`() {
  let table: [Float] = [0, 10, 1, 11, 2, 12, 3, 13]
  let (windows, last) = WindowMatrix.gather(
    table, columns: 2, origins: [2, 3][...], lookback: 2, subtractLast: false)
  #expect(windows.values == [1, 2, 11, 12, 2, 3, 12, 13] && last == [0, 0, 0, 0])
  let subtracted = WindowMatrix.gather(table, columns: 2, origins: [3][...], lookback: 3, subtractLast: true)
  #expect(subtracted.windows.values == [-2, -1, 0, -2, -1, 0] && subtracted.last == [3, 13])
}

@Test func `A path visits the steps of one window and column`() {
  var panel = Panel(windows: 2, steps: 3, columns: 2)
  panel.updatePaths { values, path, place in
    for (step, element) in path.enumerated() {
      values[element] = Double(100 * place.window + 10 * step + place.column)
    }
  }
  #expect(panel.values == [0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121])
}
