package import Chronology

/// How long a stretch of the past is, as `split:` says it.
package enum SpanLength: Sendable, Equatable {
  /// A number of rows; of several entities, of the times at which any has a row.
  case bars(Int)
  /// A time, such as 30 days; months have the calendar's length.
  case time(Interval)
  /// A share of what it is cut from.
  case share(Double)
}

extension SpanLength: CustomStringConvertible {
  package var description: String {
    switch self {
    case .bars(let count): "\(count) rows"
    case .time(let interval): interval.description
    case .share(let share): "a share of \(share)"
    }
  }
}
