import Artifacts
import Chronology
import TestSupport
import Testing

@testable import Comparison

/// Publishes a series under a key of its own.
private func publish(
  _ series: Series, as name: String, in folder: TemporaryFolder, metrics: [String: Double] = [:]
) throws -> Artifact {
  try folder.publish(.series, step: "series", key: folder.key(name), metrics: metrics) {
    try series.write(to: $0)
  }
}

private let base = SampleSeries.make(rows: 100, entities: ["A", "B"], columns: ["open", "close"])

@Test func `A result is identical to itself, and to one made in another way only in content`() throws {
  let folder = TemporaryFolder()
  let (one, two) = (try publish(base, as: "one", in: folder), try publish(base, as: "two", in: folder))
  let same = try ArtifactComparison(old: one, new: one)
  #expect(same.verdict == .identical && same.summary == "identical" && same.rows == nil)
  let remade = try ArtifactComparison(old: one, new: two)
  #expect(remade.verdict == .sameContent && remade.isSame)
  #expect(remade.parameters == [FieldChange(path: "name", old: "one", new: "two")])
  #expect(remade.arrays.allSatisfy { $0.isIdentical && $0.elements == nil })
}

@Test func `Rows added behind those of their entity leave the prefix identical`() throws {
  let folder = TemporaryFolder()
  let longer = SampleSeries.make(rows: 124, entities: ["A", "B"], columns: ["open", "close"])
  let comparison = try ArtifactComparison(
    old: try publish(base, as: "one", in: folder), new: try publish(longer, as: "two", in: folder))
  #expect(comparison.verdict == .differ && comparison.summary == "200 → 248 rows, prefix identical")
  let rows = try #require(comparison.rows)
  #expect(rows.added.count == 48 && rows.removed.count == 0 && rows.revised.count == 0)
  #expect(rows.added.first == Instant(milliseconds: base.time[99] + 3_600_000))
  let back = try ArtifactComparison(old: comparison.new, new: comparison.old)
  #expect(back.rows?.removed.count == 48 && back.rows?.isPrefixIdentical == false)
  #expect(back.summary == "248 → 200 rows: 48 removed from 2024-01-05T04:00:00Z")
}

@Test func `A revised bar is found by its entity, column and time`() throws {
  let folder = TemporaryFolder()
  var revised = base
  revised.values[2 * 130 + 1] += 1e-6
  let comparison = try ArtifactComparison(
    old: try publish(base, as: "one", in: folder), new: try publish(revised, as: "two", in: folder))
  #expect(comparison.summary == "1 of 200 rows revised, first at 2024-01-02T06:00:00Z")
  let values = try #require(comparison.arrays.first { $0.name == "values" }?.elements)
  let largest = try #require(values.largestAbsolute)
  #expect(values.differing == 1 && values.basis == .rows && largest.place.index == [130, 1])
  #expect(largest.place.entity == "B" && largest.place.column == "close")
  #expect(largest.place.time == Instant(milliseconds: base.time[130]))
  #expect(values.columns.map(\.differing) == [0, 1])
}

@Test func `Rows that come and go in the middle do not shift those behind`() throws {
  let folder = TemporaryFolder()
  let gapped = SampleSeries.make(
    rows: 90, entities: ["A"], columns: ["close"], gaps: [(entity: 0, row: 40, count: 10)]
  ) { _, _, row in Double(row < 40 ? row : row + 10) }
  let whole = SampleSeries.make(rows: 100, entities: ["A"], columns: ["close"]) { _, _, row in Double(row) }
  let comparison = try ArtifactComparison(
    old: try publish(gapped, as: "one", in: folder), new: try publish(whole, as: "two", in: folder))
  let rows = try #require(comparison.rows)
  #expect(rows.added.count == 10 && rows.revised.count == 0 && rows.removed.count == 0)
  #expect(!rows.isPrefixIdentical)
  #expect(comparison.summary == "90 → 100 rows: 10 added from 2024-01-02T16:00:00Z")
}

@Test func `Entities are told apart by name, in whatever order they stand`() throws {
  let folder = TemporaryFolder()
  let value = { (entity: Int, _: Int, row: Int) in Double(entity * 1000 + row) }
  let old = SampleSeries.make(rows: 5, entities: ["A", "B"], value: value)
  var new = SampleSeries.make(rows: 5, entities: ["B", "C"], value: value)
  for row in 0..<5 { new.values[row] = Double(1000 + row) }
  let comparison = try ArtifactComparison(
    old: try publish(old, as: "one", in: folder), new: try publish(new, as: "two", in: folder))
  let rows = try #require(comparison.rows)
  #expect(rows.addedEntities == ["C"] && rows.removedEntities == ["A"])
  #expect(rows.added.count == 5 && rows.removed.count == 5 && rows.revised.count == 0)
}

@Test func `Within the tolerance is the same, and beyond it is not`() throws {
  let folder = TemporaryFolder()
  var near = base
  near.values = base.values.map { $0 * (1 + 1e-9) }
  let one = try publish(base, as: "one", in: folder, metrics: ["mse": 1])
  let two = try publish(near, as: "two", in: folder, metrics: ["mse": 1 + 1e-9])
  #expect(try ArtifactComparison(old: one, new: two).verdict == .differ)
  let near8 = try ArtifactComparison(old: one, new: two, tolerance: Tolerance(relative: 1e-8))
  #expect(near8.verdict == .withinTolerance && near8.isSame)
  #expect(try !ArtifactComparison(old: one, new: two, tolerance: Tolerance(relative: 1e-10)).isSame)
  let three = try publish(near, as: "three", in: folder, metrics: ["mse": 1.1])
  #expect(try !ArtifactComparison(old: one, new: three, tolerance: Tolerance(relative: 1e-8)).isSame)
}

@Test func `A zero with another sign differs by its bytes alone`() throws {
  let folder = TemporaryFolder()
  func model(_ name: String, _ values: [Float]) throws -> Artifact {
    try folder.publish(.model, step: "model", key: folder.key(name)) {
      try $0.write("weight", values, axes: ["H"])
      return [:]
    }
  }
  let (one, two) = (try model("one", [0, 1]), try model("two", [-0.0, 1]))
  let bytes = try ArtifactComparison(old: one, new: two)
  #expect(bytes.verdict == .differ && !bytes.arrays[0].isSame && bytes.arrays[0].elements?.zeroSigns == 1)
  #expect(bytes.arrays[0].elements?.differing == 0)
  #expect(try ArtifactComparison(old: one, new: two, tolerance: Tolerance(absolute: 1e-300)).isSame)
}

@Test func `Other types and shapes are told, and the rows that both have are compared`() throws {
  let folder = TemporaryFolder()
  let one = try folder.publish(.model, step: "model", key: folder.key("one")) {
    try $0.write("gone", [Float(1)], axes: ["H"])
    try $0.write("history", [1.0, 2, 3, 4], shape: [2, 2], axes: ["epochs", "m"])
    try $0.write("kind", [Float(1)], axes: ["H"])
    try $0.write("width", [1.0, 2], shape: [1, 2], axes: ["L", "H"])
    return [:]
  }
  let two = try folder.publish(.model, step: "model", key: folder.key("two")) {
    try $0.write("history", [1.0, 2, 3, 5, 6, 7], shape: [3, 2], axes: ["epochs", "m"])
    try $0.write("kind", [Double(1)], axes: ["H"])
    try $0.write("width", [1.0, 2, 3], shape: [1, 3], axes: ["L", "H"])
    return [:]
  }
  let arrays = try ArtifactComparison(old: one, new: two, tolerance: Tolerance(absolute: 10)).arrays
  #expect(arrays.map(\.name) == ["gone", "history", "kind", "width"] && arrays.allSatisfy { !$0.isSame })
  #expect(arrays[0].new == nil && arrays[2].elements == nil && arrays[3].elements == nil)
  #expect(arrays[1].elements?.basis == .prefix(rows: 2, identical: 2))
  let exact = try ArtifactComparison(old: one, new: two).arrays[1].elements
  #expect(exact?.basis == .prefix(rows: 2, identical: 1) && exact?.largestAbsolute?.place.index == [1, 1])
}

@Test func `Columns that come or move are compared by their names`() throws {
  let folder = TemporaryFolder()
  let value = { (_: Int, column: Int, row: Int) in Double(column * 100 + row) }
  let old = SampleSeries.make(rows: 4, columns: ["open", "close"], value: value)
  var new = SampleSeries.make(rows: 5, columns: ["close", "volume", "open"]) { _, column, row in
    Double([100, 900, 0][column] + row)
  }
  new.values[3 * 3] += 0.5
  let comparison = try ArtifactComparison(
    old: try publish(old, as: "one", in: folder), new: try publish(new, as: "two", in: folder))
  let values = try #require(comparison.arrays.first { $0.name == "values" }?.elements)
  #expect(values.addedColumns == ["volume"] && values.removedColumns.isEmpty && values.isPairedByName)
  #expect(values.compared == 8 && values.differing == 1)
  #expect(values.largestAbsolute?.place.oldIndex == [3, 1] && values.largestAbsolute?.place.index == [3, 0])
  #expect(values.columns.map(\.name) == ["close", "open"] && values.columns.map(\.differing) == [1, 0])
  #expect(
    comparison.summary == "4 → 5 rows: 1 added from 2024-01-01T04:00:00Z, 1 revised from 2024-01-01T03:00:00Z"
  )
  #expect(comparison.rows?.isPrefixIdentical == false)
}
