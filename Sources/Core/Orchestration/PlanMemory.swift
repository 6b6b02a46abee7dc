package import Artifacts
private import Configuration

/// What the last plan found out about each step, so that the next one need not find it out again.
///
/// Nothing in it is believed for its age or its name: a declaration counts for the very bytes it was read from, a key
/// for the very digests it was made of, a result for files that the file system says are the same
/// (``FileStamp``). Delete it, and all is read again. A class, because it guards what is yet to be written back.
package final class PlanMemory {
  /// What a step declares.
  struct Declaration: Equatable {
    /// The SHA-256 of the stage and the settings as written.
    var digest: Digest
    /// The outside files that settings name.
    var files: [NamedPath]
    /// The model that a registering step registers.
    var modelName: String?
  }

  struct NamedPath: Equatable {
    var setting: String
    var path: String
  }

  /// A published result as it was when it was opened.
  struct Result: Equatable {
    /// Of `manifest.json` and `run.json`.
    var stamps: [FileStamp?]
    var outline: ArtifactOutline
  }

  private struct Entry: Equatable {
    var declaration: Declaration?
    /// The digests that the key was made of, and the key.
    var key: (fields: Digest, key: Digest)?
    var result: Result?

    static func == (left: Entry, right: Entry) -> Bool {
      left.declaration == right.declaration && left.result == right.result
        && left.key?.fields == right.key?.fields
        && left.key?.key == right.key?.key
    }
  }

  private let path: String
  private let program: Digest
  private let now: () -> Int64
  private var entries: [String: Entry]
  private var isChanged = false

  /// Reads the memory at `path`; nothing is remembered of another `program`, which may read settings otherwise.
  ///
  /// `now` gives nanoseconds since the epoch.
  package init(path: String, program: Digest, now: @escaping () -> Int64) {
    self.path = path
    self.program = program
    self.now = now
    entries = Self.read(path, program: program) ?? [:]
  }

  // MARK: Declarations and keys

  func declaration(of step: String, digest: Digest) -> Declaration? {
    guard let known = entries[step]?.declaration, known.digest == digest else { return nil }
    return known
  }

  func remember(_ declaration: Declaration, of step: String) {
    entries[step, default: Entry()].declaration = declaration
    isChanged = true
  }

  func key(of step: String, fields: Digest) -> Digest? {
    guard let known = entries[step]?.key, known.fields == fields else { return nil }
    return known.key
  }

  func remember(key: Digest, fields: Digest, of step: String) {
    entries[step, default: Entry()].key = (fields, key)
    isChanged = true
  }

  // MARK: Results

  /// The result in `directory`, opened anew only when its manifest may have changed; nil when there is none.
  ///
  /// `name` is the step's, or the registry entry's.
  func result(
    of name: String, in directory: String, open: () throws(ArtifactError) -> Artifact?
  ) throws(ArtifactError) -> ArtifactOutline? {
    let stamps = Self.stamps(in: directory)
    guard let manifest = stamps[0] else { return nil }
    if let known = entries[name]?.result, known.outline.directory == directory, known.stamps == stamps {
      return known.outline
    }
    let taken = now()
    guard let artifact = try open() else { return nil }
    let outline = ArtifactOutline(artifact)
    if manifest.isRested(at: taken), stamps[1]?.isRested(at: taken) != false {
      entries[name, default: Entry()].result = Result(stamps: stamps, outline: outline)
      isChanged = true
    }
    return outline
  }

  private static func stamps(in directory: String) -> [FileStamp?] {
    [FileStamp(of: directory + "/manifest.json"), FileStamp(of: directory + "/run.json")]
  }

  // MARK: Storage

  /// Writes back what is new, and only of `names`.
  ///
  /// It is disposable, so a disk that refuses it is no failure.
  package func save(keeping names: some Sequence<String>) {
    guard isChanged else { return }
    isChanged = false
    var writer = RecordWriter()
    writer.append(program)
    let kept = names.compactMap { name in entries[name].map { (name, $0) } }
    writer.append(kept.count)
    for (name, entry) in kept { Self.write(name, entry, to: &writer) }
    guard (try? Disk.createDirectory(Disk.parent(of: path))) != nil else { return }
    try? Disk.replace(path, contents: writer.sealed, isDurable: false)
  }

  private static func write(_ name: String, _ entry: Entry, to writer: inout RecordWriter) {
    writer.append(name)
    writer.append(entry.declaration) { writer, declaration in
      writer.append(declaration.digest)
      writer.append(declaration.files.count)
      for file in declaration.files {
        writer.append(file.setting)
        writer.append(file.path)
      }
      writer.append(declaration.modelName) { $0.append($1) }
    }
    writer.append(entry.key) { writer, key in
      writer.append(key.fields)
      writer.append(key.key)
    }
    writer.append(entry.result) { writer, result in
      for stamp in result.stamps { writer.append(stamp) { $0.append($1) } }
      writer.append(result.outline)
    }
  }

  private static func read(_ path: String, program: Digest) -> [String: Entry]? {
    guard let bytes = try? Disk.read(path, limit: 1 << 30), var reader = RecordReader(sealed: bytes),
      reader.digest() == program
    else { return nil }
    let count = reader.integer()
    guard (0...1 << 24).contains(count) else { return nil }
    var entries: [String: Entry] = [:]
    entries.reserveCapacity(count)
    for _ in 0..<count {
      let name = reader.text()
      var entry = Entry()
      entry.declaration = reader.optional { reader in
        let digest = reader.digest()
        let files = (0..<reader.count()).map { _ in
          let setting = reader.text()
          return NamedPath(setting: setting, path: reader.text())
        }
        return Declaration(digest: digest, files: files, modelName: reader.optional { $0.text() })
      }
      entry.key = reader.optional { reader in
        let fields = reader.digest()
        return (fields, reader.digest())
      }
      entry.result = reader.optional { reader in
        let stamps = (0..<2).map { _ in reader.optional { $0.stamp() } }
        return Result(stamps: stamps, outline: reader.outline())
      }
      entries[name] = entry
    }
    return entries
  }
}
