import Artifacts
import Chronology
import TestSupport
import Testing

private func table(origins: [Split: Origins]) -> WindowTable {
  let signature = Signature(
    entities: ["A", "B"], features: ["x", "y"], targets: ["y"], lookback: 3, horizon: 2,
    interval: .milliseconds(3_600_000), calendar: .continuous)
  return WindowTable(
    signature: signature, levels: StoredArray((0..<10).map(Double.init)),
    features: StoredArray((0..<20).map(Float.init)), targets: StoredArray((0..<10).map { Float($0 * 2 + 1) }),
    time: StoredArray((0..<10).map(Int64.init)), offsets: [0, 4, 10], origins: origins)
}

/// Publishes what folds share, and the origins of each.
private func publish(
  _ table: WindowTable, folds: [[Split: Origins]]? = nil, in folder: TemporaryFolder,
  _ more: (Publication) throws -> Void = { _ in }
) throws -> Artifact {
  let folds = folds ?? [table.origins]
  return try folder.publish(.windows, step: "windows") { publication in
    let (n, f, k) = (table.rowCount, table.signature.features.count, table.signature.targets.count)
    try publication.write("features", Array(table.features), shape: [n, f], axes: ["N", "F"])
    try publication.write("targets", Array(table.targets), shape: [n, k], axes: ["N", "K"])
    try publication.write("levels", Array(table.levels), shape: [n, k], axes: ["N", "K"])
    if table.signature.hasLabels {
      try publication.write("still", Array(table.still), shape: [n, k], axes: ["N", "K"])
    }
    try publication.write("time", Array(table.time), axes: ["N"])
    try publication.write("offsets", table.offsets.map(Int64.init), axes: ["E+1"])
    for (fold, origins) in folds.enumerated() {
      for split in Split.allCases {
        try publication.write(
          WindowTable.originsName(split, fold: fold, of: folds.count),
          (origins[split] ?? []).map(Int64.init), axes: ["n"])
      }
    }
    try more(publication)
    return ["signature": table.signature.json, "folds": .array(folds.map { _ in [:] })]
  }
}

@Test func `A table of windows is read as it was written`() throws {
  let folder = TemporaryFolder()
  let table = table(origins: [.train: [2], .validation: [6], .test: [7]])
  let read = try WindowTable(reading: try publish(table, in: folder))
  #expect(read.signature == table.signature && read.levels == table.levels && read.features == table.features)
  #expect(read.targets == table.targets && read.offsets == table.offsets && read.origins == table.origins)
  #expect(read.time == table.time && read.still.isEmpty && read.rescaling == nil)
}

@Test func `Labels are read with what a price that stands still makes of them`() throws {
  let folder = TemporaryFolder()
  let signature = Signature(
    entities: ["A"], features: ["x"], labels: ["up"], classes: [["no", "yes"]], span: 3, lookback: 2,
    interval: .milliseconds(3_600_000), calendar: .continuous)
  let table = WindowTable(
    signature: signature, levels: [0, 1, 1, 0], features: [1, 2, 3, 4], targets: [0, 1, 1, 0],
    still: [5, 6, 7, 8], time: [0, 1, 2, 3], offsets: [0, 4], origins: [.train: [1], .test: [2, 3]])
  let read = try WindowTable(reading: try publish(table, in: folder))
  #expect(read.signature == signature && read.still == table.still && read.targets == table.targets)
  // A label stands in the row of its origin, so that the last row may be one.
  #expect(read.origins == [.train: [1], .validation: [], .test: [2, 3]])
}

@Test func `Each fold has its own origins and its own units over the same arrays`() throws {
  let folder = TemporaryFolder()
  let table = table(origins: [:])
  let folds: [[Split: Origins]] = [[.train: [2], .test: [3]], [.train: [2, 3], .test: [6, 7]]]
  let factors = (0..<8).map { 1 + Double($0) / 8 }
  let artifact = try publish(table, folds: folds, in: folder) { publication in
    let shape = [2, 2, 2]
    try publication.write("fold.factor", factors, shape: shape, axes: ["folds", "E", "F"])
    try publication.write("fold.offset", factors.map { -$0 }, shape: shape, axes: ["folds", "E", "F"])
  }
  #expect(try WindowTable.foldCount(of: artifact) == 2)
  for fold in 0..<2 {
    let read = try WindowTable(reading: artifact, fold: fold)
    #expect(read.features == table.features)
    for split in Split.allCases { #expect(read.origins[split] ?? [] == folds[fold][split] ?? []) }
    let own = Array(factors[(fold * 4)..<(fold * 4 + 4)])
    #expect(read.rescaling == FoldRescaling(factors: own, offsets: own.map { -$0 }))
  }
}

@Test(arguments: [1, 8, -1, Int.max])
func `A window that would leave the table is refused when it is read`(origin: Int) throws {
  let folder = TemporaryFolder()
  let artifact = try publish(table(origins: [.train: [2], .validation: [6], .test: [origin]]), in: folder)
  #expect(throws: ArtifactError.noFact(artifact: artifact.directory, name: "origins.test")) {
    try WindowTable(reading: artifact)
  }
}

@Test func `A row belongs to the entity whose rows it lies among`() {
  let table = table(origins: [:])
  #expect((0..<10).map { table.entity(ofRow: $0) } == [0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
}
