import Artifacts

/// The rows of an artifact that has times and entities: a series or windows.
struct RowTable {
  /// When each row's interval opens, strictly increasing within each entity, [N].
  let times: StoredArray<Int64>
  /// Entity e has the rows offsets[e]..<offsets[e + 1], [E + 1].
  let offsets: [Int]
  let entities: [String]

  /// Nil when the artifact has no such rows, or says things of them that do not fit together.
  init?(_ artifact: Artifact) {
    guard let time = artifact.manifest.array("time"), time.axes == ["N"], time.elementType == .int64,
      let bounds = artifact.manifest.array("offsets"), bounds.shape.count == 1, bounds.elementType == .int64,
      let times = try? StoredArray<Int64>.mapping(artifact.directory + "/" + time.file),
      let starts = try? StoredArray<Int64>.mapping(artifact.directory + "/" + bounds.file),
      times.shape == time.shape, starts.shape == bounds.shape
    else { return nil }
    self.init(
      times: times.elements, offsets: starts.elements.compactMap { Int(exactly: $0) },
      entities: AxisNames.entities(of: artifact))
  }

  init?(times: StoredArray<Int64>, offsets: [Int], entities: [String]) {
    guard offsets.count == entities.count + 1, offsets.first == 0, offsets.last == times.count,
      zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }), Set(entities).count == entities.count
    else { return nil }
    self.times = times
    self.offsets = offsets
    self.entities = entities
    guard entities.indices.allSatisfy({ isIncreasing(offsets[$0]..<offsets[$0 + 1]) }) else { return nil }
  }

  private func isIncreasing(_ rows: Range<Int>) -> Bool {
    let times = times.buffer
    for row in rows.dropFirst() where times[row - 1] >= times[row] { return false }
    return true
  }

  var count: Int { times.count }

  /// The entity of a row.
  func entity(ofRow row: Int) -> String? {
    guard let next = offsets.firstIndex(where: { $0 > row }), next > 0 else { return nil }
    return entities[next - 1]
  }
}
