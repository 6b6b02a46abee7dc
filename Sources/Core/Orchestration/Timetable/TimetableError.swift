package import Artifacts

/// What can be wrong with the times at which something is to run.
package enum TimetableError: Failure, Equatable {
  case fieldCount(String, Int)
  case unknownNickname(String)
  case wrongField(String, field: String, position: Int, problem: String)
  /// There is no such day.
  case never(String)
  case wrongInterval(String)
  case unknownZone(String, nearest: String?)
  case damagedZone(path: String)
  case noZones

  package var exitStatus: ExitStatus {
    switch self {
    case .noZones: .missingInput
    case .damagedZone: .badData
    default: .usage
    }
  }

  package var description: String {
    switch self {
    case .fieldCount(let text, let count):
      "cron expression '\(text)' has \(count) \(count == 1 ? "field" : "fields") and needs five: minute, hour, "
        + "day of the month, month, day of the week; quote it, as in --cron '0 0 * * *'"
    case .unknownNickname(let text):
      "cron expression '\(text)': there are @hourly, @daily, @weekly, @monthly and @yearly"
    case .wrongField(let text, let field, let position, let problem):
      "cron expression '\(text)', \(field), character \(position): \(problem)"
    case .never(let text): "cron expression '\(text)' is never due: no month that it names has such a day"
    case .wrongInterval(let text): "--every '\(text)' must be a length of time such as 10m, 1h or 1d"
    case .unknownZone(let name, let nearest):
      "there is no time zone '\(name)'"
        + (nearest.map { "; did you mean '\($0)'?" } ?? "; try Europe/Berlin or UTC")
    case .damagedZone(let path): "\(path) is no time zone file of version 2 or later; reinstall tzdata"
    case .noZones: "this machine has no time zone database; install the package tzdata, or use UTC"
    }
  }
}
