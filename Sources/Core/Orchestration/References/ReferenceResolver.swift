package import Artifacts
private import Configuration

/// Finds the results that people name.
package struct ReferenceResolver: Sendable {
  private let store: ArtifactStore
  /// The steps that have published something, and those of the pipeline file that have not yet.
  private let steps: [String]
  /// The names in the registry.
  private let models: [String]

  package init(store: ArtifactStore, declaredSteps: [String] = []) {
    self.store = store
    let published = store.stepNames
    let known = Set(published)
    steps = published + declaredSteps.filter { !known.contains($0) }
    models = store.modelNames
  }

  /// The result that a text names.
  package func result(of text: String) throws -> ReferencedResult {
    try result(of: reference(text), text: text)
  }

  // MARK: What a text means

  /// What a text means, from the steps, models and keys that are there.
  package func reference(_ text: String) throws(ReferenceError) -> ArtifactReference {
    if text.hasPrefix("run:") { return try runReference(text.dropFirst(4), text: text) }
    if text.contains("/") || text.hasSuffix(".npy") { return .path(text) }
    var meanings: [ArtifactReference] = []
    if steps.contains(text) { meanings.append(.current(step: text)) }
    if let earlier = earlierReference(text) { meanings.append(earlier) }
    if let key = keyReference(text) { meanings.append(key) }
    if let version = versionReference(text) { meanings.append(version) }
    if meanings.isEmpty, Self.isKeyPrefix(text) { meanings.append(.key(step: nil, prefix: text)) }
    if meanings.isEmpty, Disk.exists(text + "/manifest.json") { meanings.append(.path(text)) }
    guard let meaning = meanings.first else { throw .unknown(text, nearest: nearest(to: text)) }
    guard meanings.count == 1 else { throw .ambiguous(text, meanings: meanings.map(\.words)) }
    return meaning
  }

  private func runReference(_ rest: Substring, text: String) throws(ReferenceError) -> ArtifactReference {
    guard let slash = rest.lastIndex(of: "/") else { throw .unknown(text, nearest: nil) }
    return .run(String(rest[..<slash]), step: String(rest[rest.index(after: slash)...]))
  }

  private func earlierReference(_ text: String) -> ArtifactReference? {
    guard let mark = text.lastIndex(of: "~"), steps.contains(String(text[..<mark])) else { return nil }
    let digits = text[text.index(after: mark)...]
    guard let count = digits.isEmpty ? 1 : Int(digits), count >= 0 else { return nil }
    return count == 0
      ? .current(step: String(text[..<mark])) : .earlier(step: String(text[..<mark]), count: count)
  }

  private func keyReference(_ text: String) -> ArtifactReference? {
    guard let colon = text.lastIndex(of: ":"), steps.contains(String(text[..<colon])) else { return nil }
    let prefix = String(text[text.index(after: colon)...])
    return Self.isHexadecimal(prefix) ? .key(step: String(text[..<colon]), prefix: prefix) : nil
  }

  private func versionReference(_ text: String) -> ArtifactReference? {
    guard let at = text.lastIndex(of: "@"), models.contains(String(text[..<at])) else { return nil }
    let (model, version) = (String(text[..<at]), String(text[text.index(after: at)...]))
    return Int(version).map { .version(model: model, number: $0) } ?? .alias(model: model, version)
  }

  private static func isKeyPrefix(_ text: String) -> Bool {
    text.utf8.count >= ArtifactReference.shortestPrefix && isHexadecimal(text)
  }

  private static func isHexadecimal(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
  }

  private func nearest(to text: String) -> String? {
    let stem = String(text.prefix { !"~:@".contains($0) })
    guard let name = NearestName.of(stem, among: steps + models) else { return nil }
    return name + text.dropFirst(stem.count)
  }

  // MARK: Results

  private func result(of reference: ArtifactReference, text: String) throws -> ReferencedResult {
    switch reference {
    case .current(let step): .artifact(try store.current(of: step))
    case .earlier(let step, let count): try earlier(step, count: count)
    case .key(let step, let prefix): try byKey(prefix, step: step)
    case .run(let run, let step): try byRun(run, step: step)
    case .version(let model, let number): try version(number, of: model, named: "\(number)")
    case .alias(let model, let alias): try version(aliased(alias, of: model), of: model, named: alias)
    case .path(let path): try atPath(path)
    }
  }

  private func earlier(_ step: String, count: Int) throws -> ReferencedResult {
    _ = try store.current(of: step)
    let folders = try ResultHistory(store: store).earlierFolders(of: step)
    guard folders.indices.contains(count - 1) else {
      throw ReferenceError.noEarlier(step: step, count: count, known: folders.count)
    }
    return .artifact(try Artifact(opening: store.directory(of: step) + "/" + folders[count - 1], step: step))
  }

  private func byKey(_ prefix: String, step: String?) throws -> ReferencedResult {
    var found: [(step: String, folder: String)] = []
    for step in step.map({ [$0] }) ?? steps {
      // A folder is named by the first 16 digits of its key.
      for folder in store.resultNames(of: step) where folder.hasPrefix(prefix.prefix(16)) {
        found.append((step, folder))
      }
    }
    guard let match = found.first else { throw ReferenceError.noKey(prefix: prefix, step: step) }
    guard found.count == 1 else {
      throw ReferenceError.ambiguous(prefix, meanings: found.map { "\($0.step):\($0.folder)" })
    }
    let artifact = try Artifact(
      opening: store.directory(of: match.step) + "/" + match.folder, step: match.step)
    guard artifact.manifest.key.hex.hasPrefix(prefix) else {
      throw ReferenceError.noKey(prefix: prefix, step: step)
    }
    return .artifact(artifact)
  }

  private func byRun(_ run: String, step: String) throws -> ReferencedResult {
    let (key, name) = try ResultHistory(store: store).key(of: step, in: run)
    let directory = store.directory(of: step, key: key)
    guard Disk.exists(directory + "/manifest.json") else {
      throw ReferenceError.gone("\(step) of run \(name)", path: directory, step: step)
    }
    return .artifact(try Artifact(opening: directory, step: step))
  }

  private func aliased(_ alias: String, of model: String) throws -> Int {
    let registered = RegisteredModel(name: model, in: store)
    guard let number = try registered.version(of: alias) else {
      throw ReferenceError.noVersion(
        model: model, version: alias, known: registered.versions.map { "version \($0)" })
    }
    return number
  }

  private func version(_ number: Int, of model: String, named name: String) throws -> ReferencedResult {
    let registered = RegisteredModel(name: model, in: store)
    let directory = registered.directory(ofVersion: number)
    guard Disk.exists(directory + "/manifest.json") else {
      throw ReferenceError.noVersion(
        model: model, version: name, known: registered.versions.map { "version \($0)" })
    }
    return .artifact(try Artifact(opening: directory, step: model))
  }

  private func atPath(_ path: String) throws -> ReferencedResult {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    if path.hasSuffix("/manifest.json") { path = Disk.parent(of: path) }
    if path.hasSuffix(".npy"), Disk.exists(path), !Disk.isDirectory(path) { return .array(path: path) }
    guard Disk.exists(path + "/manifest.json") else { throw ReferenceError.noPath(path) }
    let step = Disk.lastComponent(of: Disk.parent(of: path))
    return .artifact(try Artifact(opening: path, step: step.isEmpty ? path : step))
  }
}

extension ArtifactReference {
  /// What it means, for people who must choose.
  fileprivate var words: String {
    switch self {
    case .current(let step): "step \(step)"
    case .earlier(let step, let count): "the result of \(step) \(count) before"
    case .key(let step, let prefix): "key \(prefix)" + (step.map { " of step \($0)" } ?? "")
    case .run(let run, let step): "\(step) of run \(run)"
    case .version(let model, let number): "version \(number) of model \(model)"
    case .alias(let model, let alias): "\(alias) of model \(model)"
    case .path(let path): "the path \(path)"
    }
  }
}
