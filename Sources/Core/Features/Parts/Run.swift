package import Chronology

/// Rows that follow each other without a gap, of one entity, with the columns that an indicator or a label reads.
///
/// The pointers are good as long as the call that hands them over.
package struct Run {
  /// The columns in the order of the part's `inputs`, [T] each.
  package let columns: [UnsafeBufferPointer<Double>]
  /// When each row's interval opens, ms since the epoch, [T].
  package let time: UnsafeBufferPointer<Int64>

  package init(columns: [UnsafeBufferPointer<Double>], time: UnsafeBufferPointer<Int64>) {
    self.columns = columns
    self.time = time
  }

  /// T.
  package var count: Int { time.count }

  package subscript(column: Int) -> UnsafeBufferPointer<Double> { columns[column] }
}
