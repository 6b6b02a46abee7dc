extension Manifest {
  /// Why a text is no manifest that this build can read.
  package enum Problem: Error, Equatable, CustomStringConvertible {
    case syntax(JSON.SyntaxError)
    case schema(found: String)
    case field(String)

    package var description: String {
      switch self {
      case .syntax(let error): "it is no JSON: \(error)"
      case .schema(let found): "it has schema \(found), and this build reads schema \(Manifest.schema)"
      case .field(let name): "its field '\(name)' is missing, unknown or malformed"
      }
    }
  }

  /// The bytes of `manifest.json`.
  package var document: [UInt8] { json.documentBytes }

  private var json: JSON {
    [
      "schema": JSON(Self.schema), "kind": .string(kind.rawValue), "step": .string(step),
      "key": .string(key.hex),
      "program": program.json, "platform": .object(platform.mapValues(JSON.string)),
      "parameters": .object(parameters), "inputs": .array(inputs.map(\.json)),
      "arrays": .array(arrays.sorted { $0.name < $1.name }.map(\.json)),
      "files": .array(files.sorted { $0.name < $1.name }.map(\.json)), "facts": .object(facts),
      "metrics": .object(metrics.mapValues(JSON.number)),
    ]
  }

  /// Reads `manifest.json`, strictly: every field there once, none unknown.
  package init(parsing bytes: [UInt8]) throws(Problem) {
    let document: JSON
    do { document = try JSON(parsing: bytes) } catch { throw .syntax(error) }
    guard let schema = document["schema"] else { throw .field("schema") }
    guard schema.integer == Self.schema else { throw .schema(found: schema.canonical) }
    var fields = Members(document, of: "manifest")
    _ = fields.take("schema")
    guard let kind = fields.take("kind").string.flatMap(Kind.init(rawValue:)) else { throw .field("kind") }
    guard let step = fields.take("step").string else { throw .field("step") }
    guard let key = fields.take("key").string.flatMap({ Digest(parsing: $0) }) else { throw .field("key") }
    self.kind = kind
    self.step = step
    self.key = key
    program = try ProgramIdentity(parsing: fields.take("program"))
    platform = try fields.members("platform", each: \.string)
    parameters = try fields.members("parameters") { $0 }
    inputs = try fields.elements("inputs", Input.init(parsing:))
    arrays = try fields.elements("arrays", ArrayEntry.init(parsing:))
    files = try fields.elements("files", FileEntry.init(parsing:))
    facts = try fields.members("facts") { $0 }
    metrics = try fields.members("metrics", each: \.number)
    try fields.finish()
  }
}

extension Manifest.Input {
  fileprivate var json: JSON {
    var members: [String: JSON] = [
      "name": .string(name), "digest": .string(digest.description), "content": .string(content.description),
      "kind": .string(kind?.rawValue ?? (isSeen ? "seen" : "file")),
    ]
    if let source { members[isSeen ? "origin" : "step"] = .string(source) }
    return .object(members)
  }

  fileprivate init(parsing json: JSON) throws(Manifest.Problem) {
    var fields = Members(json, of: "inputs")
    let kind = fields.take("kind").string ?? ""
    let source = fields.take(kind == "seen" ? "origin" : "step").string
    guard let name = fields.take("name").string,
      let digest = fields.take("digest").string.flatMap({ Digest(parsing: $0) }),
      let content = fields.take("content").string.flatMap({ Digest(parsing: $0) }),
      kind == "file" && source == nil || kind == "seen" && source != nil
        || Manifest.Kind(rawValue: kind) != nil
    else { throw .field("inputs") }
    try fields.finish()
    self.init(
      name: name, kind: Manifest.Kind(rawValue: kind), source: source, digest: digest, content: content)
  }
}

extension Manifest.ArrayEntry {
  var json: JSON {
    [
      "name": .string(name), "file": .string(file), "dtype": .string(elementType.rawValue),
      "shape": JSON(shape),
      "axes": JSON(axes), "unit": .string(unit), "sha256": .string(digest.hex),
    ]
  }

  fileprivate init(parsing json: JSON) throws(Manifest.Problem) {
    var fields = Members(json, of: "arrays")
    guard let name = fields.take("name").string, let file = fields.take("file").string,
      ArtifactName.isValid(file),
      let type = fields.take("dtype").string.flatMap(ElementType.init(rawValue:)),
      let extents = fields.take("shape").array, let axes = fields.take("axes").strings,
      let unit = fields.take("unit").string,
      let digest = fields.take("sha256").string.flatMap({ Digest(parsing: $0) })
    else { throw .field("arrays") }
    let shape = extents.compactMap(\.integer)
    guard shape.count == extents.count, shape.allSatisfy({ $0 >= 0 }), axes.count == shape.count else {
      throw .field("arrays")
    }
    try fields.finish()
    self.init(
      name: name, file: file, elementType: type, shape: shape, axes: axes, unit: unit, digest: digest)
  }
}

extension Manifest.FileEntry {
  var json: JSON {
    [
      "name": .string(name), "file": .string(file), "mediaType": .string(mediaType),
      "sha256": .string(digest.hex),
    ]
  }

  fileprivate init(parsing json: JSON) throws(Manifest.Problem) {
    var fields = Members(json, of: "files")
    guard let name = fields.take("name").string, let file = fields.take("file").string,
      ArtifactName.isValid(file), let mediaType = fields.take("mediaType").string,
      let digest = fields.take("sha256").string.flatMap({ Digest(parsing: $0) })
    else { throw .field("files") }
    try fields.finish()
    self.init(name: name, file: file, mediaType: mediaType, digest: digest)
  }
}

extension ProgramIdentity {
  var json: JSON {
    ["name": .string(name), "version": .string(version), "digest": .string(digest.description)]
  }

  fileprivate init(parsing json: JSON) throws(Manifest.Problem) {
    var fields = Members(json, of: "program")
    guard let name = fields.take("name").string, let version = fields.take("version").string,
      let digest = fields.take("digest").string.flatMap({ Digest(parsing: $0) })
    else { throw .field("program") }
    try fields.finish()
    self.init(name: name, version: version, digest: digest)
  }
}

/// The members of an object, taken one by one, so that what nobody took is known to be unknown.
private struct Members {
  private let place: String
  private var members: [String: JSON]

  init(_ json: JSON, of place: String) {
    self.place = place
    members = json.object ?? [:]
  }

  mutating func take(_ name: String) -> JSON { members.removeValue(forKey: name) ?? .null }

  /// An object's members, each read by `read`.
  mutating func members<Value>(_ name: String, each read: (JSON) -> Value?) throws(Manifest.Problem)
    -> [String: Value]
  {
    guard let object = take(name).object else { throw .field(name) }
    let values = object.compactMapValues(read)
    guard values.count == object.count else { throw .field(name) }
    return values
  }

  /// A list's elements, each read by `read`.
  mutating func elements<Value>(
    _ name: String, _ read: (JSON) throws(Manifest.Problem) -> Value
  ) throws(Manifest.Problem) -> [Value] {
    guard let elements = take(name).array else { throw .field(name) }
    var values: [Value] = []
    for element in elements { values.append(try read(element)) }
    return values
  }

  func finish() throws(Manifest.Problem) {
    guard let unknown = members.keys.min() else { return }
    throw .field(place == "manifest" ? unknown : "\(place).\(unknown)")
  }
}
