package import Artifacts

/// What cannot be exported.
package enum ExportError: Failure, Equatable {
  case wrongName(flag: String, String, KubernetesName.Use)
  case wrongQuantity(String)
  /// A path that no crontab can hold.
  case unwritable(String)
  case tooLong(characters: Int, limit: Int)
  /// A path that holds on this machine alone.
  case absolutePath(flag: String, String)
  case noExpression(every: String)
  case ambiguousDays(String)

  package var exitStatus: ExitStatus { .usage }

  package var description: String {
    switch self {
    case .wrongName(let flag, let name, let use):
      "\(flag) '\(name)' must be lower-case letters, digits\(use == .object ? ", dots" : "") and hyphens, "
        + "at most \(use.longest), a letter or digit at both ends"
    case .wrongQuantity(let text): "--memory '\(text)' must be an amount such as 512Mi or 2Gi"
    case .unwritable(let path):
      "a crontab cannot hold a line feed, and there is one in '\(path)'; move the folder or rename it"
    case .tooLong(let characters, let limit):
      "the steps' line would have \(characters) characters, and cron reads no more than \(limit); "
        + "leave --per-step out: 'pipeline run' runs the same steps"
    case .absolutePath(let flag, let path):
      "\(flag) \(path) lies on this machine; call this in the workspace, with a path relative to it"
    case .noExpression(let every):
      "cron has no expression for every \(every); use minutes that divide an hour, hours that divide a day, "
        + "1d, 1w or 1M, or give --cron"
    case .ambiguousDays(let text):
      "'\(text)': with */n in one day field and days in the other, Kubernetes would run on either, and cron on both; "
        + "write the days out"
    }
  }
}
