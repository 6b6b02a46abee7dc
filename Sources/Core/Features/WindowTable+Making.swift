package import Artifacts

extension WindowTable {
  /// Brings the kept rows of a transformed table together with their original levels.
  package init(
    signature: Signature, table: FeatureTable, cut: WindowCutter.Cut, levels: [[Double]]
  ) throws(FeatureError) {
    let targets = signature.targetColumns
    var features = [Float](repeating: 0, count: cut.rows.count * table.columns.count)
    for (column, values) in table.columns.enumerated() {
      var position = column
      for row in cut.rows {
        let value = Float(values[row])
        guard value.isFinite else {
          throw .overflow(
            column: table.names[column], entity: table.entity(ofRow: row), time: table.instant(ofRow: row),
            value: values[row])
        }
        features[position] = value
        position += table.columns.count
      }
    }
    let width = table.columns.count
    var ownLevels: [Double] = []
    var ownTargets: [Float] = []
    ownLevels.reserveCapacity(cut.rows.count * targets.count)
    ownTargets.reserveCapacity(cut.rows.count * targets.count)
    for (position, row) in cut.rows.enumerated() {
      for target in targets {
        ownLevels.append(levels[target][row])
        ownTargets.append(features[position * width + target])
      }
    }
    self.init(
      signature: signature, levels: ownLevels, features: features, targets: ownTargets,
      time: cut.rows.map { table.time[$0] }, offsets: table.keptOffsets, origins: cut.origins)
  }
}

extension FeatureTable {
  /// For each entity the position of its first kept row among all kept rows, and their number at the end.
  fileprivate var keptOffsets: [Int] {
    var counts = [Int](repeating: 0, count: entities.count)
    for segment in segments { counts[segment.entity] += segment.rows.count }
    return counts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
  }

  fileprivate func entity(ofRow row: Int) -> String {
    segments.first { $0.rows.contains(row) }.map { entities[$0.entity] } ?? ""
  }
}
