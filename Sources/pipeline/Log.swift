import ArgumentParser
import Artifacts
import Orchestration
import StageKit

struct Log: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Tell what ran, when and why: all runs, one run, one step, or what a step said.",
    discussion: """
      log: the newest runs. log RUN: its steps. log RUN STEP: what the step said then. log --step STEP: what happened \
      to it, run by run. log STEP --output: what it said last. A run may be called by the beginning of its name, the \
      newest one `last`.
      """)

  @Argument(help: ArgumentHelp("A run, or a step.", valueName: "run"))
  var name: String?

  @Argument(help: ArgumentHelp("A step of the run.", valueName: "step"))
  var stepOfRun: String?

  @Option(help: ArgumentHelp("What happened to this step, run by run.", valueName: "step"))
  var step: String?

  @Flag(help: "Print what the step said when it ran last.")
  var output = false

  @Option(help: ArgumentHelp("How many lines to print.", valueName: "count"))
  var limit = 20

  @OptionGroup var options: StoreOptions

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit must be 1 or more, not \(limit)") }
    if step != nil, name != nil { throw ValidationError("name a run or --step, not both") }
    if output, name == nil, step == nil {
      throw ValidationError("--output needs a step, as in: log model --output")
    }
  }

  func run() throws {
    let history = try RunHistory(of: options.store)
    if history.unreadableLines > 0 {
      let lines = Quantity.count(history.unreadableLines, "line")
      Console.note("warning: \(lines) of \(history.directory)/runs.jsonl cannot be read and were skipped")
    }
    guard let name = step ?? name else {
      return try write(history.text(limit: limit), history.json(limit: limit))
    }
    if step == nil, let run = try history.run(name) { return try show(run, history) }
    if let stepOfRun {
      throw ValidationError("'\(name)' is no run; of a run, name a step, as in: log last \(stepOfRun)")
    }
    try show(step: name, history)
  }

  private func show(_ run: RunHistory.Run, _ history: RunHistory) throws {
    guard let stepOfRun else {
      if output { throw ValidationError("--output needs a step of the run, as in: log \(run.name) model") }
      return try write(run.text, run.json)
    }
    try printLog(of: stepOfRun, in: run.name, history)
  }

  private func show(step name: String, _ history: RunHistory) throws {
    let events = history.events(of: name)
    guard let last = events.first else {
      throw UpkeepError.noRun(name, known: history.steps + history.runs.map(\.name))
    }
    if output { return try printLog(of: name, in: last.run, history) }
    try write(
      history.text(ofStep: name, limit: limit),
      ["step": .string(name), "events": .array(events.prefix(limit).map(\.json))])
  }

  private func printLog(of step: String, in run: String, _ history: RunHistory) throws {
    let path = history.logPath(of: step, in: run)
    guard let bytes = try? Disk.read(path, limit: 1 << 30) else {
      throw UpkeepError.noLog(path: path, step: step)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    try write(
      text, ["run": .string(run), "step": .string(step), "path": .string(path), "log": .string(text)])
  }

  private func write(_ text: String, _ json: JSON) throws {
    if options.json { try Console.write(json.canonical + "\n") } else { try Console.write(plain: text) }
  }
}
