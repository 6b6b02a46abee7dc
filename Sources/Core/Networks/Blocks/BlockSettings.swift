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

  package mutating func truth(_ name: String, default fallback: Bool) throws(NetworkError) -> Bool {
    guard let json = take(name) else { return fallback }
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
