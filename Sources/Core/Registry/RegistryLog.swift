package import Artifacts
private import Chronology

/// The registry's memory: one line an event, each with the hash of the line before and its own, so that no line can be
/// changed or taken out unseen.
///
/// Aliases are what the log says they are.
package struct RegistryLog: Sendable {
  package enum Operation: String, Sendable {
    case register, promote, refuse
  }

  package struct Entry: Sendable, Equatable {
    package var sequence: Int
    package var time: String
    package var actor: String
    package var operation: Operation
    /// The version it is about; nil for a refusal.
    package var version: Int?
    /// The alias that was moved, for a promotion.
    package var alias: String?
    /// The SHA-256 of the model's manifest.
    package var model: Digest
    /// What makes two models the same model: the digest of what a reader can see of it.
    package var content: Digest
    package var reason: String
    /// The SHA-256 of the gates with their figures.
    package var evidence: Digest
    /// The SHA-256 of the line before; of nothing for the first.
    package var previous: Digest
  }

  package private(set) var entries: [Entry] = []
  private var lastLine = Digest(of: "")
  /// Bytes of whole lines; a torn line behind them was never acknowledged and is dropped.
  package private(set) var validBytes = 0

  package init() {}

  /// Reads a log and checks its chain.
  package init(reading path: String) throws(RegistryError) {
    let bytes: [UInt8]
    // Only a log that is not there is an empty one: one that cannot be read must never be begun anew.
    do { bytes = try Disk.read(path, limit: 256 << 20) } catch {
      guard error.isMissingFile else { throw .artifact(.disk(error)) }
      return
    }
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      // What follows the last line feed is nothing, or a line that was cut off while it was written.
      guard validBytes + line.count < bytes.count else {
        if SealedLine.hasDamagedEnd(line) { throw .artifact(.brokenLog(path: path, line: index + 1)) }
        break
      }
      guard let sealed = SealedLine(parsing: line), let entry = Entry(json: .object(sealed.members)),
        entry.previous == lastLine,
        entry.sequence == index + 1
      else { throw .artifact(.brokenLog(path: path, line: index + 1)) }
      entries.append(entry)
      lastLine = Digest(of: line)
      validBytes += line.count + 1
    }
  }

  /// What each alias means now.
  package var aliases: [String: Int] {
    entries.reduce(into: [:]) { aliases, entry in
      if entry.operation == .promote, let alias = entry.alias { aliases[alias] = entry.version }
    }
  }

  /// The entry by which a model was registered.
  package func registration(ofContent content: Digest) -> Entry? {
    entries.last { $0.operation == .register && $0.content == content }
  }

  /// Which version was champion before `version` first became it.
  package func champion(beforeVersion version: Int) -> Int? {
    let promotions = entries.filter { $0.operation == .promote && $0.alias == RegisteredModel.champion }
    guard let index = promotions.firstIndex(where: { $0.version == version }) else {
      return promotions.last?.version
    }
    return index > 0 ? promotions[index - 1].version : nil
  }

  /// Adds an entry and gives its line.
  mutating func append(
    _ operation: Operation, of model: Artifact, version: Int?, alias: String? = nil, reason: String,
    evidence: Digest, stamp: Stamp
  ) -> [UInt8] {
    let entry = Entry(
      sequence: entries.count + 1, time: stamp.time.description, actor: stamp.actor, operation: operation,
      version: version, alias: alias, model: model.digest, content: model.contentDigest, reason: reason,
      evidence: evidence, previous: lastLine)
    let line = Array(SealedLine(entry.members).text.utf8)
    entries.append(entry)
    lastLine = Digest(of: line)
    validBytes += line.count + 1
    return line + [0x0A]
  }
}

extension RegistryLog.Entry {
  fileprivate var members: [String: JSON] {
    var members: [String: JSON] = [
      "seq": JSON(sequence), "time": .string(time), "actor": .string(actor),
      "op": .string(operation.rawValue),
      "model": .string(model.description), "content": .string(content.description), "reason": .string(reason),
      "evidence": .string(evidence.description),
      "previous": .string(previous.description),
    ]
    if let version { members["version"] = JSON(version) }
    if let alias { members["alias"] = .string(alias) }
    return members
  }

  fileprivate init?(json: JSON) {
    guard let sequence = json["seq"]?.integer, let time = json["time"]?.string,
      let actor = json["actor"]?.string,
      let operation = json["op"]?.string.flatMap(RegistryLog.Operation.init(rawValue:)),
      let model = json["model"]?.string.flatMap({ Digest(parsing: $0) }),
      let content = json["content"]?.string.flatMap({ Digest(parsing: $0) }),
      let reason = json["reason"]?.string,
      let evidence = json["evidence"]?.string.flatMap({ Digest(parsing: $0) }),
      let previous = json["previous"]?.string.flatMap({ Digest(parsing: $0) })
    else { return nil }
    self.init(
      sequence: sequence, time: time, actor: actor, operation: operation, version: json["version"]?.integer,
      alias: json["alias"]?.string, model: model, content: content, reason: reason, evidence: evidence,
      previous: previous)
  }
}
