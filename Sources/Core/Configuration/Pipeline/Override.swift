/// A setting given on the command line: `--set windows.split.preset=ett-hourly`.
package struct Override: Equatable, Sendable {
  /// As it was written, for messages.
  package let text: String
  /// What stands before the equals sign: the step, where it is not already known, and the keys under `with`.
  private let address: String
  private let step: String?
  package let value: String

  /// Reads `step.path.to.key=value`, or `path.to.key=value` for a step that is already known.
  package init(parsing text: String, step: String? = nil) throws(ConfigurationError) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw .override(text, problem: "write it as \(step == nil ? "step.setting" : "setting")=value")
    }
    address = String(text[..<equals])
    let words = address.split(separator: ".", omittingEmptySubsequences: false)
    guard words.count > (step == nil ? 1 : 0), !words.contains("") else {
      throw .override(text, problem: "name the step and the setting, as in windows.horizon=48")
    }
    self.step = step
    self.text = text
    value = String(text[text.index(after: equals)...])
  }

  /// Which of some steps it is meant for, and the keys under `with`, outermost first; nil for none of them.
  ///
  /// Names of steps may have dots in them, as in `windows@0.5`: the longest that fits is meant.
  package func target(among names: some Sequence<String>) -> (step: String, keys: [String])? {
    let fitting = names.filter { step == nil ? address.hasPrefix($0 + ".") : step == $0 }
    guard let name = fitting.max(by: { $0.count < $1.count }) else { return nil }
    let path = step == nil ? address.dropFirst(name.count + 1) : address[...]
    return (name, path.split(separator: ".").map(String.init))
  }

  /// As a flag's value for the step itself, without its name.
  package func text(of keys: [String]) -> String { keys.joined(separator: ".") + "=" + value }

  /// The settings with the value put in.
  func applied(_ keys: [String], to settings: YAMLNode?) throws(ConfigurationError) -> YAMLNode {
    let place = Place.flag("--set \(text)")
    return YAMLNode.replacing(keys[...], in: settings, with: try valueNode(at: place), at: place)
  }

  /// Says that no step has the name that it begins with.
  func unknownStep(among names: [String]) -> ConfigurationError {
    let name = String(address.prefix { $0 != "." })
    return .unknownName(
      what: "step", name: name, at: .flag("--set \(text)"), nearest: NearestName.of(name, among: names),
      known: names)
  }

  /// A list, a mapping or a quoted text is read as YAML; anything else stands for itself, so that a path with a
  /// colon or a hash needs no quoting.
  private func valueNode(at place: Place) throws(ConfigurationError) -> YAMLNode {
    guard let first = value.first, "[{\"'".contains(first) else {
      return YAMLNode(.scalar(value, isPlain: true), at: place)
    }
    return try YAMLReader.read(Array(value.utf8), file: place.file).moved(to: place)
  }
}

extension YAMLNode {
  /// The node with `value` under a path of keys; mappings that are not there yet are made.
  static func replacing(
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
