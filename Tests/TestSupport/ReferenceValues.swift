package import Artifacts

/// What the scripts in scripts/reference computed with other implementations.
package enum ReferenceValues {
  /// What Tests/Reference/`name`.json holds.
  package static func file(_ name: String) -> JSON {
    let path = Programs.repository + "/Tests/Reference/\(name).json"
    guard let bytes = try? Disk.read(path), let json = try? JSON(parsing: bytes) else {
      preconditionFailure("\(path) cannot be read; make it with scripts/reference/\(name).py")
    }
    return json
  }

  /// The entries of one list in it.
  package static func entries(_ list: String, of name: String) -> [JSON] {
    let entries = file(name)[list]?.array ?? []
    precondition(!entries.isEmpty, "Tests/Reference/\(name).json has no \(list)")
    return entries
  }
}

extension JSON {
  /// The number of a name.
  package func number(_ name: String) throws -> Double { try value(name, \.number) }
  package func integer(_ name: String) throws -> Int { try value(name, \.integer) }
  /// The elements of an array of a name.
  package func numbers(_ name: String) throws -> [Double] { try value(name, \.array).compactMap(\.number) }
  package func integers(_ name: String) throws -> [Int] { try value(name, \.array).compactMap(\.integer) }
  package func truths(_ name: String) throws -> [Bool] { try value(name, \.array).compactMap(\.bool) }

  private func value<Value>(_ name: String, _ path: KeyPath<JSON, Value?>) throws -> Value {
    guard let value = self[name]?[keyPath: path] else { throw MissingReference(name: name) }
    return value
  }
}

/// A name that a file of references has no such value for.
private struct MissingReference: Error {
  let name: String
}
