package import Chronology

extension CronExpression {
  /// The expression of a fixed interval.
  package init(every interval: Interval) throws {
    guard let text = Self.text(for: interval) else { throw ExportError.noExpression(every: "\(interval)") }
    try self.init(parsing: text)
  }

  private static func text(for interval: Interval) -> String? {
    let minute: Int64 = 60_000
    switch interval {
    case .months(1): return "0 0 1 * *"
    case .months(let count) where 12 % count == 0: return "0 0 1 */\(count) *"
    case .months: return nil
    case .milliseconds(let length):
      let (minutes, rest) = length.quotientAndRemainder(dividingBy: minute)
      guard rest == 0 else { return nil }
      switch minutes {
      case 1: return "* * * * *"
      case 60: return "0 * * * *"
      case 1440: return "0 0 * * *"
      case 10_080: return "0 0 * * 1"
      case let minutes where 60 % minutes == 0: return "*/\(minutes) * * * *"
      case let minutes where minutes % 60 == 0 && 1440 % minutes == 0: return "0 */\(minutes / 60) * * *"
      default: return nil
      }
    }
  }

  /// The same times as Kubernetes reads them.
  ///
  /// Its reader (github.com/robfig/cron) knows no 7 for Sunday, and takes `*/2` in a day field for a restriction, where
  /// Vixie's cron takes it for a star; so fields are written out.
  func kubernetesSchedule() throws(ExportError) -> String {
    let isStarred = (days.isStar && days.values.count < 31) || (weekdays.isStar && weekdays.values.count < 7)
    if isStarred, days.values.count < 31, weekdays.values.count < 7 { throw .ambiguousDays(text) }
    let sizes = [60, 24, 31, 12, 7]
    return zip([minutes, hours, days, months, weekdays], sizes).map { field, size in
      field.isStar && field.values.count == size ? "*" : Self.written(field.values)
    }.joined(separator: " ")
  }

  /// `0,10-12`: runs of three values and more as ranges.
  private static func written(_ values: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for value in values {
      if let last = runs.last, last.upperBound + 1 == value {
        runs[runs.count - 1] = last.lowerBound...value
      } else {
        runs.append(value...value)
      }
    }
    return runs.flatMap { run -> [String] in
      run.count < 3 ? run.map { "\($0)" } : ["\(run.lowerBound)-\(run.upperBound)"]
    }.joined(separator: ",")
  }
}
