/// Rows that follow one another in both arrays.
struct RowRun: Sendable, Equatable {
  /// The first row in the old and in the new array.
  var old: Int
  var new: Int
  var count: Int
}
