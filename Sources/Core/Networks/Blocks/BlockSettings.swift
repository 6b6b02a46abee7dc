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

  // MARK: Reading

  /// A value that was written; nil where none was, and nothing else is taken for one.
  private mutating func taken<Value>(
    _ name: String, _ expected: @autoclosure () -> String, _ read: (JSON) -> Value?
  ) throws(NetworkError) -> Value? {
    known.append(name)
    guard let json = entries.removeValue(forKey: name), json != .null else { return nil }
    guard let value = read(json) else {
      throw .setting(path: path, name: name, problem: "should be \(expected()), not \(json.inline)")
    }
    return value
  }

  private func required<Value>(_ value: Value?, _ name: String) throws(NetworkError) -> Value {
    guard let value else { throw .setting(path: path, name: name, problem: "is missing") }
    return value
  }

  package mutating func integer(
    _ name: String, default fallback: Int? = nil, in range: ClosedRange<Int> = 1...100_000
  ) throws(NetworkError) -> Int {
    try required(try optionalInteger(name, in: range) ?? fallback, name)
  }

  /// A whole number that may be left out.
  package mutating func optionalInteger(
    _ name: String, in range: ClosedRange<Int> = 1...100_000
  ) throws(NetworkError) -> Int? {
    try taken(name, "a whole number from \(range.lowerBound) to \(range.upperBound)") {
      $0.integer.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// A whole number, or nil for a word that stands for one that is found elsewhere; so is what is not written.
  package mutating func integer(
    _ name: String, or word: String, in range: ClosedRange<Int> = 1...100_000
  ) throws(NetworkError) -> Int? {
    if entries[name]?.string == word { entries[name] = .null }
    return try taken(name, "a whole number from \(range.lowerBound) to \(range.upperBound), or \(word)") {
      $0.integer.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// A list of whole numbers.
  package mutating func integers(
    _ name: String, default fallback: [Int]? = nil, in range: ClosedRange<Int> = 1...100_000,
    mayBeEmpty: Bool = false
  ) throws(NetworkError) -> [Int] {
    let found = try taken(name, "a list of whole numbers from \(range.lowerBound) to \(range.upperBound)") {
      Self.list($0) { $0.integer.flatMap { range.contains($0) ? $0 : nil } }.flatMap {
        $0.isEmpty && !mayBeEmpty ? nil : $0
      }
    }
    return try required(found ?? fallback, name)
  }

  package mutating func number(
    _ name: String, default fallback: Float? = nil, in range: ClosedRange<Double>
  ) throws(NetworkError) -> Float {
    Float(try double(name, default: fallback.map(Double.init), in: range))
  }

  /// A number that something outside of the network computes with.
  package mutating func double(
    _ name: String, default fallback: Double? = nil, in range: ClosedRange<Double>
  ) throws(NetworkError) -> Double {
    let found = try taken(name, "a number from \(range.lowerBound) to \(range.upperBound)") {
      $0.number.flatMap { range.contains($0) ? $0 : nil }
    }
    return try required(found ?? fallback, name)
  }

  package mutating func text(
    _ name: String, default fallback: String? = nil
  ) throws(NetworkError) -> String {
    try required(try taken(name, "text", \.string) ?? fallback, name)
  }

  package mutating func truth(_ name: String, default fallback: Bool) throws(NetworkError) -> Bool {
    try optionalTruth(name) ?? fallback
  }

  /// True or false; nil for what is not written.
  package mutating func optionalTruth(_ name: String) throws(NetworkError) -> Bool? {
    try taken(name, "true or false", \.bool)
  }

  package mutating func choice<Value: RawRepresentable & CaseIterable>(
    _ name: String, default fallback: Value? = nil
  ) throws(NetworkError) -> Value where Value.RawValue == String {
    let found = try taken(name, "one of " + Value.allCases.map(\.rawValue).joined(separator: ", ")) {
      $0.string.flatMap(Value.init(rawValue:))
    }
    return try required(found ?? fallback, name)
  }

  /// A number of rows or columns: a whole number, or the name of one that the windows decide.
  package mutating func extent(_ name: String, default fallback: Extent? = nil) throws(NetworkError) -> Extent
  {
    let names = Extent.Named.allCases.map(\.rawValue).joined(separator: ", ")
    let found = try taken(name, "a whole number from 1 to 100000, or one of \(names)") { json -> Extent? in
      if let value = json.integer, (1...100_000).contains(value) { return .count(value) }
      return json.string.flatMap(Extent.Named.init(rawValue:)).map { .named($0) }
    }
    return try required(found ?? fallback, name)
  }

  /// A column of the windows, by name or place; nil where one of the words `absent` is written, or nothing.
  package mutating func column(_ name: String, absent: String...) throws(NetworkError) -> Column? {
    if let word = entries[name]?.string, absent.contains(word) { entries[name] = .null }
    let words = absent.joined(separator: " or ")
    return try taken(name, "the name of a column, its place from 0, last, or \(words)") { Column($0) }
  }

  /// Columns of the windows: a list of names and places, or one of them.
  package mutating func columns(
    _ name: String, default fallback: [Column]
  ) throws(NetworkError) -> [Column] {
    try taken(name, "a list of columns, each by name or by its place from 0") { json in
      Self.list(json.array.map { _ in json } ?? .array([json])) { Column($0) }
    } ?? fallback
  }

  /// A list of mappings under a name, each of which is read, and finished, like settings of its own.
  package mutating func elements(_ name: String) throws(NetworkError) -> [BlockSettings]? {
    let found = try taken(name, "a list of mappings") { json in json.array.flatMap { $0.isEmpty ? nil : $0 } }
    guard let found else { return nil }
    var elements: [BlockSettings] = []
    for (index, element) in found.enumerated() {
      elements.append(try BlockSettings(element, path: "\(path).\(name).\(index)"))
    }
    return elements
  }

  /// What each element of a list is; nil where one is not, or where it is no list.
  private static func list<Value>(_ json: JSON, _ read: (JSON) -> Value?) -> [Value]? {
    guard let elements = json.array else { return nil }
    let values = elements.compactMap(read)
    return values.count == elements.count ? values : nil
  }

  /// The blocks under a name.
  package mutating func blocks(_ name: String) throws(NetworkError) -> BlockSequence {
    try BlockSequence(try taken(name, "") { $0 }, path: path + "." + name)
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
