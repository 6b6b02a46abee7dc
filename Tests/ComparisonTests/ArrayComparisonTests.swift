import Artifacts
import TestSupport
import Testing

@testable import Comparison

@Test func `Two array files are compared without an artifact around them`() throws {
  let folder = TemporaryFolder()
  let artifact = try folder.publish(.model, step: "model") {
    try $0.write("a", [1.0, 2, 3, 4], shape: [2, 2], axes: ["L", "H"])
    try $0.write("b", [1.0, 2, 3, 4.5], shape: [2, 2], axes: ["L", "H"])
    try $0.write("c", [Float(1)], axes: ["H"])
    try $0.write("empty", [Float](), shape: [0, 3], axes: ["G", "H"])
    return [:]
  }
  let path = { (name: String) in artifact.directory + "/\(name).npy" }
  #expect(try ArrayComparison(old: path("a"), new: path("a")).isIdentical)
  #expect(try ArrayComparison(old: path("empty"), new: path("empty")).isIdentical)
  let other = try ArrayComparison(old: path("a"), new: path("b"))
  #expect(!other.isIdentical && !other.isSame && other.elements?.largestAbsolute?.size == .double(0.5))
  #expect(try ArrayComparison(old: path("a"), new: path("b"), tolerance: Tolerance(absolute: 0.5)).isSame)
  #expect(try ArrayComparison(old: path("a"), new: path("c")).elements == nil)
  #expect(throws: ComparisonError.self) { try ArrayComparison(old: path("a"), new: path("missing")) }
  try folder.write("no array", to: "x.npy")
  #expect(throws: ComparisonError.array(path: folder.path + "/x.npy", problem: .header(.truncated))) {
    try ArrayComparison(old: path("a"), new: folder.path + "/x.npy")
  }
}
