/// A column of one entity as the report looks at it: before the transforms, and after them.
struct ColumnView: Equatable {
  /// Bars that the calendar owes and nobody has.
  struct Gap: Equatable {
    /// Milliseconds since the epoch.
    var firstMissing: Int64
    var lastMissing: Int64
    /// How many bars.
    var count: Int
  }

  var name: String
  /// Empty when nobody said.
  var unit: String
  /// Empty where there is one alone and it has no name.
  var entity: String
  /// Milliseconds since the epoch, in order, [T].
  var times: [Int64]
  /// The values, [T]; not finite where there is none.
  var raw: [Double]
  /// What the transforms made of them, [T]; nil where there are none.
  var transformed: [Double]?
  /// In order, the rows before which bars are missing.
  var breaks: [Int] = []
  var gaps: [Gap] = []

  /// What its section is called.
  var title: String { entity.isEmpty ? name : "\(entity) \(name)" }

  /// Rows without a value.
  var missingRows: Int { raw.count { !$0.isFinite } }

  /// Rows that are not there.
  var missingBars: Int { gaps.reduce(0) { $0 + $1.count } }
}

extension ColumnView {
  /// The change from each row to the next, not finite across breaks; one fewer than rows.
  ///
  /// A relative one is the difference divided by the magnitude of the earlier value.
  static func changes(of values: ArraySlice<Double>, breaks: [Int], isRelative: Bool) -> [Double] {
    var next = breaks.startIndex
    return values.indices.dropFirst().map { row in
      while next < breaks.endIndex, breaks[next] < row { next += 1 }
      if next < breaks.endIndex, breaks[next] == row { return .nan }
      let (before, change) = (values[row - 1], values[row] - values[row - 1])
      return isRelative ? (before == 0 ? .nan : change / abs(before)) : change
    }
  }
}
