import Artifacts

/// A file of an artifact and what it has to be.
struct FileCheck: Sendable {
  var path: String
  var digest: Digest
  /// What an array's header has to say.
  var header: NumPyHeader?
  var stamp: FileStamp
  /// What to do when it is damaged.
  var remedy: String

  var bytes: Int { Int(stamp.size) }

  /// The checks of one file together, whatever its names, so that what the registry shares with a step is read once;
  /// the largest first, so that no thread is left alone with it at the end.
  static func grouped(_ checks: [FileCheck]) -> [[FileCheck]] {
    Dictionary(grouping: checks, by: \.stamp).values
      .map { $0.sorted { $0.path < $1.path } }
      .sorted { ($1[0].bytes, $0[0].path) < ($0[0].bytes, $1[0].path) }
  }

  /// Reads a file and says under which of its names it is not what it has to be.
  static func findings(in checks: [FileCheck]) -> [Finding] {
    guard let first = checks.first else { return [] }
    let found: Digest
    let header: NumPyHeader?
    do {
      found = try Disk.digest(of: first.path)
      header = first.header == nil ? nil : try? NumPyHeader(ofFile: first.path)
    } catch {
      return [Finding(.damage, first.path, "\(error)", remedy: first.remedy)]
    }
    return checks.compactMap { $0.finding(digest: found, header: header) }
  }

  private func finding(digest found: Digest, header foundHeader: NumPyHeader?) -> Finding? {
    guard found == digest else {
      let problem = "its SHA-256 is \(found.short)…, and the manifest recorded \(digest.short)…"
      return Finding(.damage, path, problem, remedy: remedy)
    }
    guard header == foundHeader else {
      let says = foundHeader.map { "\($0.elementType.rawValue) \($0.shape)" } ?? "nothing that can be read"
      let recorded = header.map { "\($0.elementType.rawValue) \($0.shape)" } ?? ""
      let problem = "its header says \(says), and the manifest \(recorded)"
      return Finding(.damage, path, problem, remedy: remedy)
    }
    return nil
  }
}

extension NumPyHeader {
  /// The header of a file.
  fileprivate init(ofFile path: String) throws {
    let file = try OpenFile(reading: path)
    var prefix = [UInt8](repeating: 0, count: Self.prefixLength)
    try prefix.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
    var bytes = [UInt8](repeating: 0, count: try Self.length(prefix: prefix))
    try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
    try self.init(parsing: bytes)
  }
}
