/// A crontab that runs a pipeline.
///
/// The whole is one line with `pipeline run`: it skips what is fresh, tries again what was temporary, and waits for a run by
/// hand that is still going on. A line of steps only runs them in the order of the graph until one fails.
package struct Crontab: Sendable {
  package var expression: CronExpression
  /// The name of a time zone, where it is not the machine's own.
  package var timeZone: String?
  /// Where the pipeline file lies.
  package var workspace: String
  package var artifacts: String
  /// Commands of which each begins when the one before it has done its work.
  package var commands: [[String]]

  /// As far as Vixie's cron reads a command (`MAX_COMMAND`).
  static let longestCommand = 998

  package init(
    expression: CronExpression, timeZone: String?, workspace: String, artifacts: String, commands: [[String]]
  ) {
    self.expression = expression
    self.timeZone = timeZone
    self.workspace = workspace
    self.artifacts = artifacts
    self.commands = commands
  }

  package func text() throws(ExportError) -> String {
    let command = try command()
    var lines = ["# Made by 'pipeline export cron'. Its times are those of the machine's time zone."]
    if let timeZone {
      lines = [
        "# Made by 'pipeline export cron'. Cronie reads CRON_TZ; Debian's cron does not, and takes the times for",
        "# those of the machine's time zone.", "CRON_TZ=\(timeZone)",
      ]
    }
    lines += ["SHELL=/bin/sh", "PATH=/usr/local/bin:/usr/bin:/bin", "\(expression.text) \(command)"]
    return lines.joined(separator: "\n") + "\n"
  }

  private func command() throws(ExportError) -> String {
    let folder = artifacts + "/journal"
    let work = commands.map(Self.shell).joined(separator: " && ")
    let line =
      "cd \(Self.shell([workspace])) && mkdir -p \(Self.shell([folder])) && "
      + (commands.count > 1 ? "{ \(work); }" : work) + " >>\(Self.shell([folder + "/cron.log"])) 2>&1"
    if line.contains(where: \.isNewline) { throw .unwritable(workspace) }
    // To cron a percent sign is a line feed.
    let escaped = line.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "\\%")
    guard escaped.utf8.count <= Self.longestCommand else {
      throw .tooLong(characters: escaped.utf8.count, limit: Self.longestCommand)
    }
    return escaped
  }

  private static func shell(_ words: [String]) -> String {
    Invocation(program: words.first ?? "", arguments: Array(words.dropFirst())).commandLine
  }
}
