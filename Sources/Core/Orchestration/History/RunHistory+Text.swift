package import Artifacts
private import Chronology
private import Numerics

extension RunHistory {
  /// The newest runs, a line each.
  package func text(limit: Int) -> String {
    var table = TextTable([.left, .left, .right, .right, .right, .right, .left])
    table.add(["run", "started (UTC)", "took", "ran", "restored", "failed", "why"])
    for run in runs.prefix(limit) { table.add(run.cells) }
    let rest = runs.count - limit
    let more = rest > 0 ? "\(Quantity.count(rest, "older run")) not shown: --limit \(runs.count)\n" : ""
    return runs.isEmpty ? "nothing ran yet\n" : table.text() + more
  }

  package func json(limit: Int) -> JSON {
    ["runs": .array(runs.prefix(limit).map(\.json)), "unreadableLines": JSON(unreadableLines)]
  }

  /// What happened to a step, newest first.
  package func text(ofStep step: String, limit: Int) -> String {
    var table = TextTable([.left, .left, .right, .left, .left])
    table.add(["run", "what", "took", "key", "why"])
    for event in events(of: step).prefix(limit) { table.add([event.run] + event.cells) }
    return table.text()
  }
}

extension RunHistory.Run {
  fileprivate var cells: [String] {
    let failed = outcomes.filter(\.isFailure)
    let restored = outcomes.filter { !$0.isFailure && $0.state == "restore" }.count
    let cause = failed.first.map { "\($0.step) failed (\($0.exitCode))" } ?? why
    return [
      name, started?.readable() ?? "", seconds.map(Quantity.seconds) ?? "",
      DecimalNumber.grouped(outcomes.count - restored - failed.count), DecimalNumber.grouped(restored),
      DecimalNumber.grouped(failed.count), cause,
    ]
  }

  /// The first reason of the first step: all others follow from it.
  private var why: String { events.first.map { "\($0.step): \($0.reasons.first ?? $0.state)" } ?? "" }

  /// The run, and a line for each event of a step.
  package var text: String {
    var table = TextTable([.left, .left, .right, .left, .left])
    table.add(["step", "what", "took", "key", "why"])
    for event in events { table.add([event.step] + event.cells) }
    let when = started.map { ", started \($0.readable()) UTC" } ?? ""
    let took = seconds.map { ", took \(Quantity.seconds($0))" } ?? ""
    return "run \(name)\(when)\(took)\n\n" + table.text()
  }

  package var json: JSON {
    [
      "run": .string(name), "started": started.map { .string($0.description) } ?? .null,
      "seconds": seconds.map(JSON.number) ?? .null, "events": .array(events.map(\.json)),
    ]
  }
}

extension RunHistory.Event {
  fileprivate var cells: [String] {
    let what = isFailure ? "failed (\(exitCode))" : state == "restore" ? "restored" : "ran"
    let again = attempt > 1 ? ", attempt \(attempt)" : ""
    return [what + again, Quantity.seconds(seconds), String(key.prefix(16)), reasons.joined(separator: "; ")]
  }

  package var json: JSON {
    [
      "run": .string(run), "step": .string(step), "state": .string(state), "reasons": JSON(reasons),
      "key": .string(key), "exit": JSON(exitCode), "seconds": .number(seconds), "attempt": JSON(attempt),
      "finished": finished.map { .string($0.description) } ?? .null,
    ]
  }
}
