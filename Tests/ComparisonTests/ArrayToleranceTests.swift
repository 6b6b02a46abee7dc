import Artifacts
import TestSupport
import Testing

@testable import Comparison

/// Publishes a small model; every argument is something in which it may differ.
private func model(
  _ name: String, in folder: TemporaryFolder, weights: [Double] = [1, 2, .nan], steps: [Int64] = [1, 2],
  report: String = "1.0", fact: JSON = 1
) throws -> Artifact {
  try folder.publish(.model, step: "model", key: folder.key(name)) {
    try $0.write("weight", weights, axes: ["H"])
    try $0.write("steps", steps, axes: ["n"])
    try $0.write(file: "report.csv", mediaType: "text/csv", contents: Array(report.utf8))
    return ["fact": fact]
  }
}

@Test func `A result within the tolerance is cut off, whatever its texts spell out`() throws {
  let folder = TemporaryFolder()
  let old = try model("old", in: folder)
  let near = try model("near", in: folder, weights: [1, 2.0002, .nan], report: "1.0002")
  let found = try ArrayTolerance(old: old, new: near, tolerance: Tolerance(relative: 1e-3))
  #expect(found.isWithin)
  #expect(found.largestAbsolute == 2.0002 - 2 && found.largestRelative == (2.0002 - 2) / 2.0002)
  let strict = try ArrayTolerance(old: old, new: near, tolerance: Tolerance(relative: 1e-5))
  #expect(!strict.isWithin)
}

@Test func `Whole numbers, NaN, shapes and facts are never cut off`() throws {
  let folder = TemporaryFolder()
  let old = try model("old", in: folder)
  let others = [
    try model("steps", in: folder, steps: [1, 3]), try model("nan", in: folder, weights: [1, .nan, .nan]),
    try model("number", in: folder, weights: [1, 2, 3]), try model("shape", in: folder, weights: [1, 2]),
    try model("fact", in: folder, fact: 2),
  ]
  for other in others {
    let found = try ArrayTolerance(old: old, new: other, tolerance: Tolerance(relative: 1, absolute: 100))
    #expect(!found.isWithin, "\(other.directory)")
  }
}
