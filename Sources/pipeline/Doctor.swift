import ArgumentParser
import Artifacts
import Orchestration
import StageKit

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check the disk, the programs, their libraries and the machine, and say what to do.",
    discussion: "The exit code is 74 when something will not work.")

  @OptionGroup var options: StoreOptions

  func run() throws {
    var checkup = Checkup()
    let disk = DiskCheckup(of: options.artifacts) { Clock.nanoseconds }
    let programs = ProgramCheckup(folder: Program.folder, launcher: ChildProcesses())
    checkup.add("disk of \(options.artifacts)", disk.lines())
    checkup.add("programs in \(Program.folderForPeople)", programs.programs())
    checkup.add("libraries", programs.libraries())
    checkup.add("machine", MachineCheckup(processors: Processors.count, now: Clock.now).lines())
    if options.json {
      try Console.write(checkup.json.canonical + "\n")
    } else {
      try Console.write(plain: checkup.text)
      Console.note(checkup.summary)
    }
    if checkup.hasProblems { throw ExitCode(ExitStatus.inputOutput.rawValue) }
  }
}
