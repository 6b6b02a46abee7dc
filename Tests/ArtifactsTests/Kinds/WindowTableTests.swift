import Artifacts
import Chronology
import TestSupport
import Testing

private func table(origins: [Split: [Int64]]) -> WindowTable {
  let signature = Signature(
    entities: ["A", "B"], features: ["x", "y"], targets: ["y"], lookback: 3, horizon: 2,
    interval: .milliseconds(3_600_000), calendar: .continuous)
  return WindowTable(
    signature: signature, levels: (0..<10).map(Double.init), features: (0..<20).map(Float.init),
    targets: (0..<10).map { Float($0 * 2 + 1) }, time: (0..<10).map { Int64($0) }, offsets: [0, 4, 10],
    origins: origins)
}

private func publish(_ table: WindowTable, in folder: TemporaryFolder) throws -> Artifact {
  try folder.publish(.windows, step: "windows") { publication in
    try table.write(to: publication, unit: "")
    return ["signature": table.signature.json]
  }
}

@Test func `A table of windows is read as it was written`() throws {
  let folder = TemporaryFolder()
  let table = table(origins: [.train: [2], .validation: [6], .test: [7]])
  let read = try WindowTable(reading: try publish(table, in: folder))
  #expect(read.signature == table.signature && read.levels == table.levels && read.features == table.features)
  #expect(read.targets == table.targets && read.offsets == table.offsets && read.origins == table.origins)
}

@Test(arguments: [1, 8, -1, Int64.max])
func `A window that would leave the table is refused when it is read`(origin: Int64) throws {
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
