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

  /// What the log of a model said when it was read.
  private struct Champion {
    var log: FileStamp
    var version: Int
  }

  /// A class, so that looking at one copies nothing.
  private final class Entry {
    var declaration: Declaration?
    /// The digests that a key was made of, and the key; the newest first.
    var keys: [(fields: Digest, key: Digest)] = []
    /// The newest first: who goes back to earlier settings goes back and forth.
    var results: [Result] = []
    var champion: Champion?
    /// Its place in the memory as it was read.
    let index: Int?

    init(index: Int? = nil) { self.index = index }
  }

  /// So many keys and results of a step are remembered.
  private static let kept = 2

  private let path: String
  private let program: Digest
  private let now: () -> Int64
  private var entries: [String: Entry]
  private var isChanged = false
  private var survey: Survey?

  /// Reads the memory at `path`; nothing is remembered of another `program`, which may read settings otherwise.
  ///
  /// `now` gives nanoseconds since the epoch.
  package init(path: String, program: Digest, now: @escaping () -> Int64) {
    self.path = path
    self.program = program
    self.now = now
    entries = Self.read(path, program: program) ?? [:]
  }

  private func entry(_ name: String) -> Entry {
    if let known = entries[name] { return known }
    let entry = Entry()
    entries[name] = entry
    return entry
  }

  // MARK: Declarations and keys

  func declaration(of step: String, digest: Digest) -> Declaration? {
    guard let known = entries[step]?.declaration, known.digest == digest else { return nil }
    return known
  }

  func remember(_ declaration: Declaration, of step: String) {
    entry(step).declaration = declaration
    isChanged = true
  }

  func key(of step: String, fields: Digest) -> Digest? {
    entries[step]?.keys.first { $0.fields == fields }?.key
  }

  func remember(key: Digest, fields: Digest, of step: String) {
    let entry = entry(step)
    entry.keys = [(fields, key)] + entry.keys.prefix(Self.kept - 1)
    isChanged = true
  }

  // MARK: Results

  /// Looks ahead at the remembered results of steps while `plan` asks for them one by one.
  ///
  /// What it saw counts in `plan` alone: afterwards results may be made.
  func surveying<Plan>(_ plan: () throws -> Plan) rethrows -> Plan {
    var outlines = [ArtifactOutline?](repeating: nil, count: entries.count)
    for entry in entries.values where entry.declaration != nil {
      if let index = entry.index { outlines[index] = entry.results.first?.outline }
    }
    let survey = Survey(of: outlines)
    self.survey = survey
    defer {
      survey.end()
      self.survey = nil
    }
    return try plan()
  }

  /// The result in `directory`, opened anew only when its manifest may have changed; nil when there is none.
  ///
  /// `name` is the step's, or the registry entry's.
  func result(
    of name: String, in directory: String, open: () throws(ArtifactError) -> Artifact?
  ) throws(ArtifactError) -> ArtifactOutline? {
    let known = entries[name]?.results.first { $0.outline.directory == directory }
    let look = known.flatMap { self.look(at: name, $0.outline) } ?? Survey.Look(in: directory)
    let stamps = [look.manifest, look.run]
    guard let manifest = look.manifest else { return nil }
    if let known, known.stamps == stamps { return known.outline }
    let taken = now()
    guard let artifact = try open() else { return nil }
    let outline = ArtifactOutline(artifact)
    if manifest.isRested(at: taken), look.run?.isRested(at: taken) != false {
      let others = entry(name).results.filter { $0.outline.directory != directory }
      entry(name).results = [Result(stamps: stamps, outline: outline)] + others.prefix(Self.kept - 1)
      isChanged = true
    }
    return outline
  }

  /// The first file of a result, as ``result(of:in:open:)`` gave it, that is missing or cut off.
  func firstFileMissingOrCut(of name: String, _ outline: ArtifactOutline) -> String? {
    guard let look = self.look(at: name, outline) else { return outline.firstFileMissingOrCut() }
    return look.missing.map { outline.files[$0].name }
  }

  /// Whether the step's link points at the result.
  func isCurrent(_ name: String, _ outline: ArtifactOutline) -> Bool {
    look(at: name, outline)?.isCurrent ?? Survey.isCurrent(outline)
  }

  private func look(at name: String, _ outline: ArtifactOutline) -> Survey.Look? {
    guard let survey, let index = entries[name]?.index else { return nil }
    return survey.look(at: index, outline)
  }

  /// The version that a model's log calls the champion; the log is read only when it may have changed.
  func champion(
    of name: String, log: String, read: () throws(ArtifactError) -> Int?
  ) throws(ArtifactError) -> Int? {
    let (stamp, taken) = (FileStamp(of: log), now())
    if let known = entries[name]?.champion, known.log == stamp { return known.version }
    let version = try read()
    if let stamp, let version, stamp.isRested(at: taken) {
      entry(name).champion = Champion(log: stamp, version: version)
      isChanged = true
    }
    return version
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
    writer.append(entry.keys.count)
    for key in entry.keys {
      writer.append(key.fields)
      writer.append(key.key)
    }
    writer.append(entry.results.count)
    for result in entry.results {
      for stamp in result.stamps { writer.append(stamp) { $0.append($1) } }
      writer.append(result.outline)
    }
    writer.append(entry.champion) { writer, champion in
      writer.append(champion.log)
      writer.append(champion.version)
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
    for index in 0..<count {
      let name = reader.text()
      let entry = Entry(index: index)
      entry.declaration = reader.optional { reader in
        let digest = reader.digest()
        let files = (0..<reader.count()).map { _ in
          let setting = reader.text()
          return NamedPath(setting: setting, path: reader.text())
        }
        return Declaration(digest: digest, files: files, modelName: reader.optional { $0.text() })
      }
      entry.keys = (0..<reader.count()).map { _ in
        let fields = reader.digest()
        return (fields, reader.digest())
      }
      entry.results = (0..<reader.count()).map { _ in
        let stamps = (0..<2).map { _ in reader.optional { $0.stamp() } }
        return Result(stamps: stamps, outline: reader.outline())
      }
      entry.champion = reader.optional { reader in
        let log = reader.stamp()
        return Champion(log: log, version: reader.integer())
      }
      entries[name] = entry
    }
    return entries
  }
}
