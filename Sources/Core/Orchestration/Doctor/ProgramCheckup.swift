package import Artifacts
import Configuration
private import Glibc

/// The stage programs beside this one: whether they are there, fit together, and find their libraries.
package struct ProgramCheckup {
  private let folder: String
  private let launcher: any Launcher

  package init(folder: String, launcher: any Launcher) {
    self.folder = folder
    self.launcher = launcher
  }

  /// A line for each program.
  package func programs() -> [Checkup.Line] { Stage.allCases.map(line(of:)) }

  private func line(of stage: Stage) -> Checkup.Line {
    let (name, path) = (stage.rawValue, folder + "/" + stage.rawValue)
    let rebuild = "build all programs together: make build"
    guard Disk.exists(path) else {
      return Checkup.Line(name, .problem, "\(path) does not exist", advice: rebuild)
    }
    guard let digest = try? ProgramIdentity.canonicalDigest(ofExecutable: path) else {
      return Checkup.Line(name, .problem, "\(path) cannot be read", advice: "check who owns it")
    }
    guard let answer = output(of: path, ["--version", "--json"]), let json = try? JSON(parsing: answer) else {
      return Checkup.Line(
        name, .problem, "it does not start, or is too old to say its version; digest \(digest.short)…",
        advice: rebuild)
    }
    let words = "\(json["version"]?.string ?? "?"), digest \(digest.short)…"
    let differing = ProgramIdentity.agreement.filter { json[$0.key] != $0.value }
    guard let first = differing.min(by: { $0.key < $1.key }) else { return Checkup.Line(name, .ok, words) }
    let (theirs, ours) = (json[first.key]?.canonical ?? "nothing", first.value.canonical)
    return Checkup.Line(
      name, .problem, "\(words), with \(first.key) \(theirs), where pipeline has \(ours)", advice: rebuild)
  }

  private func output(of path: String, _ arguments: [String], environment: [String: String] = [:]) -> String?
  {
    let invocation = Invocation(program: path, arguments: arguments, environment: environment)
    guard let (bytes, code) = try? launcher.output(of: invocation), code == 0 else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: Libraries

  /// A line for each library of note that a program needs, with the file that the system's loader finds for it.
  ///
  /// The loader itself is asked, as `ldd` does it (ld.so(8), LD_TRACE_LOADED_OBJECTS); no code of the program runs.
  package func libraries() -> [Checkup.Line] {
    var found: [String: String?] = [:]
    var users: [String: [String]] = [:]
    for stage in Stage.allCases {
      let trace = output(of: folder + "/" + stage.rawValue, [], environment: ["LD_TRACE_LOADED_OBJECTS": "1"])
      for (library, file) in Self.libraries(in: trace ?? "") where file == nil || Self.isOfNote(library) {
        found[library] = file
        users[library, default: []].append(stage.rawValue)
      }
    }
    return found.sorted { $0.key < $1.key }.map { library, file in
      let programs = (users[library] ?? []).joined(separator: ", ")
      guard let file else {
        return Checkup.Line(
          library, .problem, "is missing, and \(programs) cannot start without it",
          advice: "install it: scripts/bootstrap")
      }
      return Checkup.Line(library, .ok, "\(Self.realName(of: file)), for \(programs)")
    }
  }

  /// The name of the file behind all links, which mostly holds the version.
  private static func realName(of file: String) -> String {
    guard let path = realpath(file, nil) else { return Disk.lastComponent(of: file) }
    defer { free(path) }
    return Disk.lastComponent(of: String(cString: path))
  }

  private static func isOfNote(_ library: String) -> Bool {
    ["openblas", "lapack", "curl.", "sqlite", "yaml", "libcrypto", "libzip"].contains { library.contains($0) }
  }

  /// The lines of the loader: `name => file (address)` or `name => not found`.
  static func libraries(in trace: String) -> [(name: String, file: String?)] {
    trace.split(separator: "\n").compactMap { line in
      let parts = line.split(whereSeparator: \.isWhitespace).map(String.init)
      guard parts.count >= 3, parts[1] == "=>" else { return nil }
      return (parts[0], parts[2] == "not" ? nil : parts[2])
    }
  }
}
