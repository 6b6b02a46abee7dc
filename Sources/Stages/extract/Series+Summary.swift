import Artifacts
import Chronology
import Numerics

extension Series.Outline {
  /// What a person wants to know at once.
  var summary: [String] {
    let names = entities.count <= 6 ? entities.joined(separator: ", ") : "\(entities.count) entities"
    let span = [first, last].map { $0.readable() }
    let missing = gaps.reduce(0) { $0 + $1.count }
    let lines = [
      "\(DecimalNumber.grouped(rowCount)) rows of \(columns.count) columns, every \(interval), \(names)",
      span.joined(separator: " to ") + " UTC",
      gaps.isEmpty ? "no gaps" : "\(gaps.count) gaps, \(DecimalNumber.grouped(missing)) missing bars",
    ]
    return isClosedOnWeekends
      ? lines + ["every weekend is a gap: a market that closes on weekends needs 'calendar: weekdays'"]
      : lines
  }

  /// Daily bars of a market that does not open on weekends: no bar on any of them, and at least one of them missing.
  private var isClosedOnWeekends: Bool {
    calendar == .continuous && interval == Interval("1d") && !gaps.isEmpty && !opensOnWeekends
  }
}
