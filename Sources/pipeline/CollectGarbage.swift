import ArgumentParser
import Artifacts
import Configuration
import Orchestration
import StageKit

struct CollectGarbage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc",
    abstract: "Say which old results, leftovers and logs would go, and remove them with --delete.",
    discussion: """
      What is current stays, and every version of the registry, which has its own names for its files. A result goes \
      when it is none of its step's newest and not younger than the given age.
      """)

  @Option(help: ArgumentHelp("How many results of each step stay, the newest.", valueName: "count"))
  var keep = 3

  @Option(help: ArgumentHelp("What is younger than this stays, as in 12h, 7d or 2w.", valueName: "age"))
  var youngerThan = "7d"

  @Flag(help: "Count in the results of steps that the pipeline file no longer has.")
  var orphans = false

  @Flag(help: "Remove it.")
  var delete = false

  @Flag(help: "Only say what would go; this is what happens without --delete.")
  var dryRun = false

  @OptionGroup var options: FileOptions

  func validate() throws {
    guard keep >= 0 else { throw ValidationError("--keep must be 0 or more, not \(keep)") }
    guard Quantity.parseSeconds(youngerThan) != nil else {
      throw ValidationError("--younger-than must be an age such as 12h, 7d or 2w, not '\(youngerThan)'")
    }
    guard !(delete && dryRun) else { throw ValidationError("--delete and --dry-run exclude each other") }
  }

  func run() throws {
    let file = try PipelineFile(reading: options.file)
    let reads = file.steps.map { ($0.name, $0.reads.map(\.step)) }
    let rules = SweepRules(
      newest: keep, youngerThanSeconds: Quantity.parseSeconds(youngerThan) ?? 0, removesOrphans: orphans)
    let sweeper = Sweeper(
      store: options.store, steps: Dictionary(reads) { first, _ in first },
      rules: rules,
      now: Clock.now)
    let plan = sweeper.plan()
    guard delete else { return try report(plan) }
    let outcome = try sweeper.carryOut(plan) { place in
      switch place {
      case .step(let step): Console.note("waiting for a run of step '\(step)' to finish")
      case .model(let model): Console.note("waiting for a registration of model '\(model)' to finish")
      case .free: break
      }
    }
    try report(outcome, plan)
  }

  private func report(_ plan: SweepPlan) throws {
    if options.json { return try Console.write(plan.json.canonical + "\n") }
    try Console.write(plain: plan.text)
    let hint = plan.removed.isEmpty ? "" : "; nothing was removed: --delete does it"
    Console.note(plan.summary + hint)
  }

  private func report(_ outcome: Sweeper.Outcome, _ plan: SweepPlan) throws {
    if options.json {
      let object: JSON = [
        "removed": JSON(outcome.removed), "bytesFreed": JSON(outcome.bytesFreed),
        "spared": .object(outcome.spared.mapValues(JSON.string)),
      ]
      return try Console.write(object.canonical + "\n")
    }
    try Console.write(plain: outcome.removed.map { "removed \($0)\n" }.joined())
    for (path, reason) in outcome.spared.sorted(by: { $0.key < $1.key }) {
      Console.note("kept \(path): \(reason)")
    }
    Console.note(
      "\(Quantity.count(outcome.removed.count, "folder or file", "folders and files")) removed, "
        + "\(Quantity.bytes(outcome.bytesFreed)) freed")
  }
}
