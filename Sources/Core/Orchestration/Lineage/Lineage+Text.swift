package import Artifacts

extension Lineage {
  /// A tree, the result at the top and its sources below.
  package var text: String { lines(prefix: "", branch: "", inner: "").map { $0 + "\n" }.joined() }

  private func lines(prefix: String, branch: String, inner: String) -> [String] {
    let children = sources.enumerated().flatMap { index, source in
      let isLast = index == sources.count - 1
      return source.lines(
        prefix: prefix + inner, branch: isLast ? "└─ " : "├─ ", inner: isLast ? "   " : "│  ")
    }
    return [prefix + branch + words] + children
  }

  private var words: String {
    let again = isRepeated ? ", as above" : ""
    switch origin {
    case .result(let step, let key, _):
      return label(step) + "  \(StepKey.folder(of: key))" + again
    case .version(let model, let number, let key, _):
      return label("\(model)@\(number)") + "  \(StepKey.folder(of: key))" + again
    case .gone(let step, let kind):
      return label(step) + "  \(kind.rawValue) with manifest \(digest.short)…, no longer there"
    case .file: return "\(name): file from outside, SHA-256 \(digest.short)…"
    case .server(let address): return "\(name): seen at \(address), SHA-256 \(digest.short)…"
    }
  }

  private func label(_ source: String) -> String { name == source ? source : "\(name): \(source)" }

  package var json: JSON {
    var members: [String: JSON] = [
      "name": .string(name), "digest": .string(digest.description), "sources": .array(sources.map(\.json)),
    ]
    switch origin {
    case .result(let step, let key, let directory):
      members.merge(place("result", step: step, key: key, directory)) { $1 }
    case .version(let model, let number, let key, let directory):
      members.merge(place("version", step: "\(model)@\(number)", key: key, directory)) { $1 }
    case .gone(let step, _): members.merge(["origin": "gone", "step": .string(step)]) { $1 }
    case .file: members["origin"] = "file"
    case .server(let address): members.merge(["origin": "server", "server": .string(address)]) { $1 }
    }
    if isRepeated { members["asAbove"] = true }
    return .object(members)
  }

  private func place(_ origin: JSON, step: String, key: Digest, _ directory: String) -> [String: JSON] {
    [
      "origin": origin, "step": .string(step), "key": .string(key.hex), "artifact": .string(directory),
    ]
  }
}
