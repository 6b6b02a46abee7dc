package import Artifacts

/// The settings of one block, read one by one with their types; what nobody read is refused.
package struct BlockSettings {
  package let path: String
  private var entries: [String: JSON]
  private var known: [String] = []

  init(_ json: JSON, path: String) throws(NetworkError) {
    guard let object = json.object else {
      throw .setting(path: path, name: "settings", problem: "should be a mapping, not \(json.inline)")
    }
    entries = object
    self.path = path
  }

  func finish() throws(NetworkError) {
    guard let name = entries.keys.min() else { return }
    let names = known.isEmpty ? "it has none" : "there are \(known.sorted().joined(separator: ", "))"
    throw .setting(path: path, name: name, problem: "is no setting of this block; \(names)")
  }

  private mutating func take(_ name: String) -> JSON? {
    known.append(name)
    let value = entries.removeValue(forKey: name)
    return value == .null ? nil : value
  }

  private func wrong(_ name: String, _ expected: String, _ found: JSON) -> NetworkError {
    .setting(path: path, name: name, problem: "should be \(expected), not \(found.inline)")
  }

  private func missing(_ name: String) -> NetworkError {
    .setting(path: path, name: name, problem: "is missing")
  }

  package mutating func integer(
    _ name: String, default fallback: Int? = nil, in range: ClosedRange<Int> = 1...100_000
  ) throws(NetworkError) -> Int {
    guard let json = take(name) else {
      guard let fallback else { throw missing(name) }
      return fallback
    }
    guard let value = json.integer, range.contains(value) else {
      throw wrong(name, "a whole number from \(range.lowerBound) to \(range.upperBound)", json)
    }
    return value
  }

  /// A whole number that may be left out.
  package mutating func optionalInteger(
    _ name: String, in range: ClosedRange<Int> = 1...100_000
  ) throws(NetworkError) -> Int? {
    entries[name].map { $0 == .null } ?? true ? take(name)?.integer : try integer(name, in: range)
  }

  /// A list of whole numbers.
  package mutating func integers(
    _ name: String, default fallback: [Int]? = nil, in range: ClosedRange<Int> = 1...100_000,
    mayBeEmpty: Bool = false
  ) throws(NetworkError) -> [Int] {
    guard let json = take(name) else {
      guard let fallback else { throw missing(name) }
      return fallback
    }
    let values = json.array?.compactMap(\.integer) ?? []
    guard mayBeEmpty || !values.isEmpty, values.count == json.array?.count, values.allSatisfy(range.contains)
    else {
      throw wrong(name, "a list of whole numbers from \(range.lowerBound) to \(range.upperBound)", json)
    }
    return values
  }

  /// A whole number, or nil for a word that stands for one that is found elsewhere; so is what is not written.
  package mutating func integer(
    _ name: String, or word: String, in range: ClosedRange<Int> = 1...100_000
  ) throws(NetworkError) -> Int? {
    guard let json = take(name), json.string != word else { return nil }
    guard let value = json.integer, range.contains(value) else {
      throw wrong(name, "a whole number from \(range.lowerBound) to \(range.upperBound), or \(word)", json)
    }
    return value
  }

  package mutating func number(
    _ name: String, default fallback: Float? = nil, in range: ClosedRange<Double>
  ) throws(NetworkError) -> Float {
    guard let json = take(name) else {
      guard let fallback else { throw missing(name) }
      return fallback
    }
    guard let value = json.number, range.contains(value) else {
      throw wrong(name, "a number from \(range.lowerBound) to \(range.upperBound)", json)
    }
    return Float(value)
  }

  package mutating func text(
    _ name: String, default fallback: String? = nil
  ) throws(NetworkError) -> String {
    guard let json = take(name) else {
      guard let fallback else { throw missing(name) }
      return fallback
    }
    guard let value = json.string else { throw wrong(name, "text", json) }
    return value
  }

  package mutating func truth(_ name: String, default fallback: Bool) throws(NetworkError) -> Bool {
    guard let json = take(name) else { return fallback }
    guard let value = json.bool else { throw wrong(name, "true or false", json) }
    return value
  }

  /// True or false; nil for what is not written.
  package mutating func truth(_ name: String) throws(NetworkError) -> Bool? {
    guard let json = take(name) else { return nil }
    guard let value = json.bool else { throw wrong(name, "true or false", json) }
    return value
  }

  package mutating func choice<Value: RawRepresentable & CaseIterable>(
    _ name: String, default fallback: Value? = nil
  ) throws(NetworkError) -> Value where Value.RawValue == String {
    guard let json = take(name) else {
      guard let fallback else { throw missing(name) }
      return fallback
    }
    guard let value = json.string.flatMap(Value.init(rawValue:)) else {
      throw wrong(name, "one of " + Value.allCases.map(\.rawValue).joined(separator: ", "), json)
    }
    return value
  }

  /// A number of rows or columns: a whole number, or the name of one that the windows decide.
  package mutating func extent(_ name: String, default fallback: Extent? = nil) throws(NetworkError) -> Extent
  {
    guard let json = take(name) else {
      guard let fallback else { throw missing(name) }
      return fallback
    }
    if let value = json.integer, (1...100_000).contains(value) { return .count(value) }
    if let named = json.string.flatMap(Extent.Named.init(rawValue:)) { return .named(named) }
    let names = Extent.Named.allCases.map(\.rawValue).joined(separator: ", ")
    throw wrong(name, "a whole number from 1 to 100000, or one of \(names)", json)
  }

  /// A column of the windows, by name or place; nil where one of the words `absent` is written, or nothing.
  package mutating func column(_ name: String, absent: String...) throws(NetworkError) -> Column? {
    guard let json = take(name), !absent.contains(where: { json == .string($0) }) else { return nil }
    guard let column = Column(json) else {
      let words = absent.joined(separator: " or ")
      throw wrong(name, "the name of a column, its place from 0, last, or \(words)", json)
    }
    return column
  }

  /// Columns of the windows: a list of names and places, or one of them.
  package mutating func columns(
    _ name: String, default fallback: [Column]
  ) throws(NetworkError) -> [Column] {
    guard let json = take(name) else { return fallback }
    var found: [Column] = []
    for element in json.array ?? [json] {
      guard let column = Column(element) else {
        throw wrong(name, "a list of columns, each by name or by its place from 0", json)
      }
      found.append(column)
    }
    return found
  }

  /// A list of mappings under a name, each of which is read, and finished, like settings of its own.
  package mutating func elements(_ name: String) throws(NetworkError) -> [BlockSettings]? {
    guard let json = take(name) else { return nil }
    guard let list = json.array, !list.isEmpty else { throw wrong(name, "a list of mappings", json) }
    var elements: [BlockSettings] = []
    for (index, element) in list.enumerated() {
      elements.append(try BlockSettings(element, path: "\(path).\(name).\(index)"))
    }
    return elements
  }

  /// The blocks under a name.
  package mutating func blocks(_ name: String) throws(NetworkError) -> BlockSequence {
    try BlockSequence(take(name), path: path + "." + name)
  }
}

/// A length that may follow from the windows.
package enum Extent: Sendable, Equatable {
  package enum Named: String, Sendable, CaseIterable {
    case horizon, lookback, features, targets
  }

  case count(Int)
  case named(Named)

  package func value(for window: WindowShape) -> Int {
    switch self {
    case .count(let count): count
    case .named(.horizon): window.horizon
    case .named(.lookback): window.lookback
    case .named(.features): window.features
    case .named(.targets): window.targets
    }
  }
}
