/// A piece of the rows of a source, as they were delivered: numbers and times are read, nothing else is checked.
package struct RowBatch: Sendable {
  /// When each row's interval opens, ms since the epoch, [n].
  package var time: [Int64]
  /// The values, [n, C].
  package var values: [Double]

  package init(time: [Int64] = [], values: [Double] = []) {
    self.time = time
    self.values = values
  }
}
