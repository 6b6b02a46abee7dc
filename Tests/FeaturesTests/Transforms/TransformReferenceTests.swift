import Artifacts
import Features
import Foundation
import TestSupport
import Testing

/// What scripts/reference/transforms.py computed with NumPy, SciPy, scikit-learn and PyWavelets.
enum TransformReference {
  static let file: JSON = {
    let path = Programs.repository + "/Tests/Reference/transforms.json"
    guard let bytes = try? Disk.read(path), let json = try? JSON(parsing: bytes) else {
      preconditionFailure("\(path) cannot be read; make it with scripts/reference/transforms.py")
    }
    return json
  }()

  static func entries(_ list: String) throws -> [JSON] {
    let entries = file[list]?.array ?? []
    try #require(!entries.isEmpty)
    return entries
  }

  static func numbers(_ json: JSON?) throws -> [Double] {
    let elements = try #require(json?.array)
    let numbers = elements.compactMap(\.number)
    try #require(numbers.count == elements.count)
    return numbers
  }

  static func column(_ json: JSON?) throws -> [Double] {
    try numbers(file["columns"]?[try #require(json?.string)])
  }
}

@Test func `Scaled, clipped and binned values are scikit-learn's`() throws {
  let training = try #require(TransformReference.file["training"]?.integer)
  for entry in try TransformReference.entries("transforms") {
    let name = try #require(entry["transform"]?.string)
    let transform = try CatalogueSettings.transform(name, entry["settings"]?.object ?? [:])
    let column = try TransformReference.column(entry["column"])
    let state = try transform.learnt(from: Array(column[..<training]))
    let found = try transform.applied(Array(column[(training - 10)...]), state)
    let wanted = try TransformReference.numbers(entry["values"])
    try #require(found.count == wanted.count)
    for (a, b) in zip(found, wanted) {
      #expect(abs(a - b) <= 1e-11 * max(1, abs(b)), "\(name) of \(entry["column"]?.string ?? "")")
    }
  }
}

@Test func `The power that is fitted is SciPy's, and at least as likely`() throws {
  let training = try #require(TransformReference.file["training"]?.integer)
  for entry in try TransformReference.entries("powers") {
    let column = Array(try TransformReference.column(entry["column"])[..<training])
    let transform = try CatalogueSettings.transform("box-cox")
    let state = try transform.learnt(from: column)
    let lambda = try #require(entry["lambda"]?.number)
    #expect(abs(state[0][0] - lambda) <= 1e-6 * max(1, abs(lambda)), "\(state) and \(lambda)")
    #expect(likelihood(state[0][0], column) >= likelihood(lambda, column) - 1e-11)
    let scipys = try #require(entry["likelihood"]?.number)
    #expect(abs(likelihood(lambda, column) - scipys) < 1e-8 * abs(scipys))
    for (a, b) in zip(
      try transform.applied(column, [[lambda], state[1]]), try TransformReference.numbers(entry["values"]))
    {
      #expect(abs(a - b) <= 1e-12 * max(1, abs(b)))
    }
    let scale = try #require(entry["scale"]?.number)
    #expect(abs(state[1][0] / scale - 1) < 1e-13)
  }
}

/// (λ − 1) Σ ln x − n/2 ln Var(y), as it stands in the paper.
private func likelihood(_ lambda: Double, _ values: [Double]) -> Double {
  let count = Double(values.count)
  let logarithms = values.map { Foundation.log($0) }
  let raised = logarithms.map { Foundation.expm1(lambda * $0) / lambda }
  let mean = raised.reduce(0, +) / count
  let variance = raised.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
  return (lambda - 1) * logarithms.reduce(0, +) - count / 2 * Foundation.log(variance)
}
