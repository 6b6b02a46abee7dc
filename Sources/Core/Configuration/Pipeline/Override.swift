/// A setting given on the command line: `--set windows.split.preset=ett-hourly`.
package struct Override: Equatable, Sendable {
  /// As it was written, for messages.
  package let text: String
  package let step: String
  /// The keys under `with`, outermost first.
  package let keys: [String]
  package let value: String

  /// Reads `step.path.to.key=value`, or `path.to.key=value` for a step that is already known.
  package init(parsing text: String, step: String? = nil) throws(ConfigurationError) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw .override(text, problem: "write it as \(step == nil ? "step.setting" : "setting")=value")
    }
    var keys = text[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    self.step = step ?? keys.removeFirst()
    guard !keys.isEmpty, !keys.contains("") else {
      throw .override(text, problem: "name the step and the setting, as in windows.horizon=48")
    }
    self.text = text
    self.keys = keys
    value = String(text[text.index(after: equals)...])
  }

  /// As a flag's value: with the step's name for a reader that has several steps, without for the step itself.
  package func text(withStep: Bool) -> String {
    (withStep ? step + "." : "") + keys.joined(separator: ".") + "=" + value
  }

  /// Puts the value into the settings of its step.
  func apply(to steps: inout [PipelineFile.Step]) throws(ConfigurationError) {
    let place = Place.flag("--set \(text)")
    guard let index = steps.firstIndex(where: { $0.name == step }) else {
      let names = steps.map(\.name)
      throw .unknownName(
        what: "step", name: step, at: place, nearest: NearestName.of(step, among: names), known: names)
    }
    let node = try valueNode(at: place)
    steps[index].settings = Self.replacing(keys[...], in: steps[index].settings, with: node, at: place)
  }

  /// A list, a mapping or a quoted text is read as YAML; anything else stands for itself, so that a path with a
  /// colon or a hash needs no quoting.
  private func valueNode(at place: Place) throws(ConfigurationError) -> YAMLNode {
    guard let first = value.first, "[{\"'".contains(first) else {
      return YAMLNode(.scalar(value, isPlain: true), at: place)
    }
    return try YAMLReader.read(Array(value.utf8), file: place.file).moved(to: place)
  }

  private static func replacing(
    _ keys: ArraySlice<String>, in node: YAMLNode?, with value: YAMLNode, at place: Place
  ) -> YAMLNode {
    guard let key = keys.first else { return value }
    var entries: [YAMLNode.Entry] = []
    if case .mapping(let written) = node?.content { entries = written }
    let inner = replacing(keys.dropFirst(), in: node?[key], with: value, at: place)
    if let index = entries.firstIndex(where: { $0.key == key }) {
      entries[index].value = inner
    } else {
      entries.append(YAMLNode.Entry(key: key, keyPlace: place, value: inner))
    }
    return YAMLNode(.mapping(entries), at: node?.place ?? place)
  }
}

extension YAMLNode {
  /// The same content, said to stand at one place.
  fileprivate func moved(to place: Place) -> YAMLNode {
    switch content {
    case .scalar: YAMLNode(content, at: place)
    case .sequence(let elements): YAMLNode(.sequence(elements.map { $0.moved(to: place) }), at: place)
    case .mapping(let entries):
      YAMLNode(
        .mapping(entries.map { Entry(key: $0.key, keyPlace: place, value: $0.value.moved(to: place)) }),
        at: place)
    }
  }
}
