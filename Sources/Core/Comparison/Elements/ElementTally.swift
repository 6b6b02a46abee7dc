/// What one pass over two arrays has found.
struct ElementTally: Sendable {
  var compared = 0
  /// Elements further apart than the tolerance, those that became or ceased to be numbers among them.
  var differing = 0
  /// Rows with such elements.
  var rowsRevised = 0
  /// The first such element, as a position in the old and the new array.
  var first: (old: Int, new: Int)?
  /// Differences of real numbers, and of whole ones, which do not fit a `Double`.
  var absolute = Peak<Double>(below: 0)
  var whole = Peak<UInt64>(below: 0)
  var relative = Peak<Double>(below: 0)
  /// In units in the last place: how many numbers of the type lie between.
  var steps = Peak<UInt64>(below: 0)
  var becameNaN = 0
  var ceasedNaN = 0
  /// Infinities that came, went or changed their sign.
  var infinities = 0
  /// Zeros that are equal by value and differ in their sign.
  var zeroSigns = 0
  /// Elements that are NaN in both, with different bits.
  var payloads = 0
  var columns: [ColumnTally]

  init(columns: Int) { self.columns = [ColumnTally](repeating: ColumnTally(), count: columns) }
}

/// What one pass has found in one column.
struct ColumnTally: Sendable {
  var differing = 0
  var absolute = Peak<Double>(below: 0)
  var whole = Peak<UInt64>(below: 0)
  var relative = Peak<Double>(below: 0)
  var becameNaN = 0
  var ceasedNaN = 0
}
