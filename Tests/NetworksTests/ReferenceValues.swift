import Artifacts
import TestSupport

/// What the scripts in scripts/reference computed with other implementations.
enum ReferenceValues {
  /// The entries of one list in Tests/Reference/`name`.json.
  static func entries(_ list: String, of name: String) -> [JSON] {
    let entries = file(name)[list]?.array ?? []
    precondition(!entries.isEmpty, "Tests/Reference/\(name).json has no \(list)")
    return entries
  }

  static func file(_ name: String) -> JSON {
    let path = Programs.repository + "/Tests/Reference/\(name).json"
    guard let bytes = try? Disk.read(path), let json = try? JSON(parsing: bytes) else {
      preconditionFailure("\(path) cannot be read; make it with scripts/reference/\(name).py")
    }
    return json
  }
}

extension JSON {
  /// The elements of an array of numbers; none for anything else.
  var numbers: [Double] { (array ?? []).compactMap(\.number) }
  var integers: [Int] { (array ?? []).compactMap(\.integer) }
}
