import ArgumentParser
import Chronology
import Orchestration
import StageKit

struct ExportKubernetes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kubernetes",
    abstract: "Print a CronJob for the whole pipeline and a suspended Job for each step, as YAML.",
    discussion: """
      The workspace (pipeline file, data, artifacts) is the volume of a claim, mounted at /workspace; the image holds \
      the six programs. Jobs of steps have no order in Kubernetes: resume each when those it reads are done.
      """)

  @OptionGroup var options: PipelineOptions

  @OptionGroup var times: TimetableOptions

  @Option(help: "The image that holds the programs, best with its digest.")
  var image: String

  @Option(help: ArgumentHelp("The PersistentVolumeClaim that holds the workspace.", valueName: "name"))
  var claim: String

  @Option(help: ArgumentHelp("The folder of the volume that is the workspace.", valueName: "dir"))
  var subPath: String?

  @Option(help: ArgumentHelp("What the objects' names begin with.", valueName: "name"))
  var name = "candlewick"

  @Option(help: ArgumentHelp("The namespace of the objects.", valueName: "name"))
  var namespace: String?

  @Option(help: ArgumentHelp("The Secret that holds variables which steps ask for.", valueName: "name"))
  var secret = "candlewick"

  @Option(help: ArgumentHelp("The folder of the programs in the image.", valueName: "dir"))
  var programs = "/usr/local/bin"

  @Option(help: ArgumentHelp("Threads, and processors, of a step that does not say.", valueName: "count"))
  var threads = 1

  @Option(help: ArgumentHelp("Memory for each pod.", valueName: "amount"))
  var memory = "2Gi"

  @Option(help: ArgumentHelp("The number of the user and the group to run as.", valueName: "number"))
  var userID = 65532

  func validate() throws {
    guard (1...256).contains(threads) else { throw ValidationError("--threads must be from 1 to 256") }
    guard (1...Int(Int32.max)).contains(userID) else {
      throw ValidationError("--user-id must be from 1 on: nothing here runs as root")
    }
    guard !image.isEmpty else { throw ValidationError("--image must name an image") }
  }

  func run() throws {
    for (flag, path) in [("--file", options.file), ("--artifacts", options.artifacts)]
    where path.hasPrefix("/") {
      throw ExportError.absolutePath(flag: flag, path)
    }
    let pipeline = try ExportedPipeline(options, programs: programs, threads: threads)
    let timetable = try times.timetableOrMidnight()
    let choices = KubernetesExport.Choices(
      image: image, claim: claim, subPath: subPath, name: name, namespace: namespace, secret: secret,
      memory: memory, userID: userID, expression: try timetable.expression(),
      timeZone: timetable.isOfUTC ? "UTC" : timetable.zone.name)
    let export = try KubernetesExport(
      choices, whole: [programs + "/pipeline"] + pipeline.runArguments + limits(pipeline),
      steps: pipeline.steps,
      kernels: Program.kernelEnvironment)
    try Console.write(try export.text())
  }

  /// A container sees all processors of its node, and may use as many as its step with the most threads.
  private func limits(_ pipeline: ExportedPipeline) -> [String] {
    ["--jobs", "1", "--threads", "\(pipeline.steps.map(\.threads).max() ?? threads)"]
  }
}
