import ArgumentParser
import Artifacts
import Orchestration
import StageKit

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check everything published: manifests, keys, files, links and the registry.",
    discussion: "Nothing is changed. The exit code is 65 when something is damaged; leftovers are none.")

  @Argument(help: "Only the results of these steps; without any, all of them and the registry.")
  var steps: [String] = []

  @Flag(help: "Read every file and compare its SHA-256.")
  var deep = false

  @Option(help: ArgumentHelp("How many threads read.", valueName: "count"))
  var threads = Processors.count

  @OptionGroup var options: StoreOptions

  func validate() throws {
    guard (1...256).contains(threads) else {
      throw ValidationError("--threads must be from 1 to 256, not \(threads)")
    }
  }

  func run() throws {
    let started = Clock.seconds
    let verifier = Verifier(store: options.store, isDeep: deep, threads: threads)
    let verification = try verifier.verify(steps: steps)
    if options.json {
      try Console.write(verification.json.canonical + "\n")
    } else {
      try Console.write(plain: verification.text)
      Console.note(verification.summary(seconds: Clock.seconds - started))
    }
    if verification.isDamaged { throw ExitCode(ExitStatus.badData.rawValue) }
  }
}
