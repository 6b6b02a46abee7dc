import Artifacts
import TestSupport
import Testing

/// What scripts/reference computed with scikit-learn and PyTorch.
enum ReferenceValues {
  static func entries(_ list: String, of name: String) throws -> [JSON] {
    let json = try JSON(parsing: Disk.read(Programs.repository + "/Tests/Reference/\(name).json"))
    let entries = try #require(json[list]?.array)
    try #require(!entries.isEmpty)
    return entries
  }

  static func numbers(_ json: JSON?) throws -> [Double] {
    let elements = try #require(json?.array)
    let numbers = elements.compactMap(\.number)
    try #require(numbers.count == elements.count)
    return numbers
  }

  /// Rows of numbers, one after the other.
  static func rows(_ json: JSON?) throws -> [[Double]] { try #require(json?.array).map(numbers) }
}
