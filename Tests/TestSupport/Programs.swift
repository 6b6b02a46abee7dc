import Foundation

/// The built programs, run as a user would run them.
package enum Programs {
  package struct Result: Sendable {
    package let status: Int32
    package let output: String
    package let error: String
  }

  /// Where the programs lie: CANDLEWICK_BIN, which `make test` sets to the release programs, or beside the tests.
  package static let folder: String = {
    if let named = ProcessInfo.processInfo.environment["CANDLEWICK_BIN"] { return named }
    return URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().path
  }()

  /// The repository, found from this file.
  package static let repository: String = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url.path
  }()

  /// Real data to try the product on, when CANDLEWICK_DATA names it.
  package static let data: String? = ProcessInfo.processInfo.environment["CANDLEWICK_DATA"]

  /// Runs a program to its end.
  package static func run(
    _ program: String, _ arguments: [String], in folder: String, environment: [String: String] = [:]
  ) throws -> Result {
    let process = Process()
    process.executableURL = URL(
      fileURLWithPath: program.hasPrefix("/") ? program : Self.folder + "/" + program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    // Files rather than pipes: nobody has to read two streams at once.
    let names = ["out", "err"].map { folder + "/.\($0)-\(UUID().uuidString)" }
    for name in names { _ = FileManager.default.createFile(atPath: name, contents: nil) }
    defer { for name in names { try? FileManager.default.removeItem(atPath: name) } }
    process.standardOutput = FileHandle(forWritingAtPath: names[0])
    process.standardError = FileHandle(forWritingAtPath: names[1])
    try process.run()
    process.waitUntilExit()
    let status =
      process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    let texts = names.map {
      String(decoding: FileManager.default.contents(atPath: $0) ?? Data(), as: UTF8.self)
    }
    return Result(status: status, output: texts[0], error: texts[1])
  }

  /// Whether Python with NumPy is there.
  package static let hasNumPy: Bool = {
    guard let python else { return false }
    return (try? run(python, ["-c", "import numpy"], in: NSTemporaryDirectory()))?.status == 0
  }()

  package static let python: String? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").map { $0 + "/python3" }.map(String.init)
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()
}
