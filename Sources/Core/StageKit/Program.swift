package import ArgumentParser
package import Artifacts
private import CVector
private import Configuration
private import Glibc

/// What every program does around its work: parse, run, and end with the exit code that says what happened.
package enum Program {
  /// Runs a command from `main`.
  ///
  /// Errors go to stderr with their remedy; the exit codes are those of artifacts/README.md, not
  /// ArgumentParser's.
  package static func main<Command: ParsableCommand>(
    _ command: Command.Type, arguments: [String] = Array(CommandLine.arguments.dropFirst())
  ) -> Never {
    // Swift finds the arguments by way of /proc, and finds none when that cannot be read: the program would do what it
    // does without any, and say that all is well.
    guard !CommandLine.arguments.isEmpty else {
      Console.note("error: cannot read the arguments of this process from /proc/self; run again")
      exit(ExitStatus.inputOutput.rawValue)
    }
    do {
      if let answer = ProgramVersion.answer(to: arguments, program: Command.configuration.commandName ?? "") {
        try Console.write(answer + "\n")
        exit(ExitStatus.done.rawValue)
      }
      var parsed = try Command.parseAsRoot(arguments)
      try parsed.run()
      exit(ExitStatus.done.rawValue)
    } catch let failure as any Failure {
      Console.note("error: \(failure)")
      exit(failure.exitStatus.rawValue)
    } catch let status as ExitCode {
      exit(status.rawValue)
    } catch {
      let isHelp = Command.exitCode(for: error) == .success
      guard isHelp else {
        Console.note(Command.fullMessage(for: error))
        exit(ExitStatus.usage.rawValue)
      }
      let text = Command.fullMessage(for: error) + "\n"
      exit((try? Console.write(text)) == nil ? ExitStatus.inputOutput.rawValue : ExitStatus.done.rawValue)
    }
  }

  /// The folder of this executable, where its sister programs lie.
  package static var folder: String {
    Disk.destination(ofLink: ProgramIdentity.ownPath).map(Disk.parent(of:)) ?? "."
  }

  /// The same folder as a person would type it: relative when it lies below where the program was called.
  package static var folderForPeople: String {
    let folder = folder
    guard let here = getcwd(nil, 0) else { return folder }
    defer { free(here) }
    let prefix = String(cString: here) + "/"
    return folder.hasPrefix(prefix) ? String(folder.dropFirst(prefix.count)) : folder
  }

  /// Remembers the canonical digests of the programs, for all of them: to digest an executable anew takes longer than
  /// many a step.
  package static func digests(in store: ArtifactStore) -> DigestCache {
    DigestCache(path: store.root + "/journal/programs.json") { Clock.nanoseconds }
  }

  /// Names the file that the orchestrator captures this program's log in.
  package static let logVariable = "CANDLEWICK_LOG_FILE"

  /// What OpenBLAS must find in the environment.
  ///
  /// Its own threads are off: they would change the bytes.
  package static var kernelEnvironment: [String: String] {
    [Platform.kernelVariable: Platform.kernelFamily, "OPENBLAS_NUM_THREADS": "1"]
  }

  /// Starts the program once more when OpenBLAS, which chooses its kernels before `main`, was not told which
  /// family the step key declares.
  package static func restartWithDeclaredKernels() {
    // Asked here, because the rooms of the training engine are compiled for such processors and could not ask.
    guard processor_suffices() != 0 else {
      Console.note("error: this program needs a processor with AVX2 and fused multiply-add (x86-64-v3, 2013)")
      exit(ExitStatus.inputOutput.rawValue)
    }
    let wanted = kernelEnvironment
    let isSet = wanted.allSatisfy { name, value in getenv(name).map { String(cString: $0) == value } ?? false
    }
    guard !isSet else { return }
    for (name, value) in wanted { setenv(name, value, 1) }
    var arguments = CommandLine.arguments.map { strdup($0) }
    arguments.append(nil)
    execv(ProgramIdentity.ownPath, &arguments)
    Console.note(
      "warning: cannot restart with \(Platform.kernelVariable) set: \(String(cString: strerror(errno)))")
  }
}
