/// What a reader needs of the model registry: which version an alias means, and where it lies.
///
/// `registry/<model>/log.jsonl` says what each alias means, and `registry/<model>/versions/000007/` is an immutable copy
/// of a model artifact. `aliases.json` follows from the log; it is for people and other programs. The registry's own
/// room, which writes them, is not needed to read them.
package struct RegisteredModel: Sendable {
  /// The alias of the version that forecasts are made with.
  package static let champion = "champion"

  package let name: String
  package let store: ArtifactStore

  package init(name: String, in store: ArtifactStore) {
    self.name = name
    self.store = store
  }

  package var directory: String { store.root + "/registry/" + name }

  package var log: String { directory + "/log.jsonl" }

  package func directory(ofVersion number: Int) -> String {
    let digits = "\(number)"
    return directory + "/versions/" + String(repeating: "0", count: max(6 - digits.count, 0)) + digits
  }

  /// The version that an alias means, or nil when there is no such alias; throws when the log cannot be believed.
  ///
  /// The log is read from its end, and only as far as the line that last moved the alias: its own digest vouches for
  /// it. The whole chain is checked by whoever adds to it.
  package func version(of alias: String) throws(ArtifactError) -> Int? {
    let path = log
    let bytes: [UInt8]
    do { bytes = try Disk.read(path, limit: 256 << 20) } catch {
      guard error.isMissingFile else { throw .disk(error) }
      return nil
    }
    let all = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    // What follows the last line feed is nothing, or a line that was cut off while it was written.
    let lines = all.dropLast()
    if let tail = all.last, SealedLine.hasDamagedEnd(tail) {
      throw .brokenLog(path: path, line: lines.count + 1)
    }
    for (place, line) in lines.enumerated().reversed() {
      guard let entry = SealedLine(parsing: line)?.members else {
        throw .brokenLog(path: path, line: place + 1)
      }
      if entry["op"]?.string == "promote", entry["alias"]?.string == alias {
        return entry["version"]?.integer
      }
    }
    return nil
  }

  /// The version's copy of the model artifact; `step` is the one to run when it is damaged.
  package func artifact(ofVersion number: Int, madeBy step: String) throws(ArtifactError) -> Artifact {
    try Artifact(opening: directory(ofVersion: number), step: step).expecting(.model)
  }

  /// The numbers of all versions, ascending.
  package var versions: [Int] {
    Disk.names(in: directory + "/versions").filter { !$0.hasPrefix(".") }.compactMap { Int($0) }.sorted()
  }
}
