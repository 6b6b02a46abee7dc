package import Artifacts
private import Numerics
package import Tensors

/// y = ln x, for positive columns.
package struct Log: Transform {
  package static let name = "log"

  package init() {}

  package var declaration: JSON { ["name": .string(Self.name)] }
  package var isLogarithmic: Bool { true }

  package func apply(to table: inout FeatureTable) throws(FeatureError) {
    try table.requirePositive(for: Self.name)
    for column in table.columns.indices {
      table.updateColumn(column) { values, segments in
        for segment in segments {
          for row in segment.rows { values[row] = Elementary.log(values[row]) }
        }
      }
    }
  }

  package func advance(_ panel: inout Panel, at context: WindowContext) {
    for index in panel.values.indices { panel.values[index] = Elementary.log(panel.values[index]) }
  }

  package func invert(_ panel: inout Panel, at context: WindowContext) {
    for index in panel.values.indices { panel.values[index] = Elementary.exp(panel.values[index]) }
  }

  package func anchors(after anchors: [Double], at context: WindowContext) -> [Double]? {
    anchors.map(Elementary.log)
  }
}

extension FeatureTable {
  /// Refuses a value that has no logarithm, and says which.
  func requirePositive(for transform: String) throws(FeatureError) {
    for column in columns.indices {
      for segment in segments {
        guard let row = segment.rows.first(where: { columns[column][$0] <= 0 }) else { continue }
        throw .notPositive(
          transform: transform, column: names[column], entity: entities[segment.entity],
          time: instant(ofRow: row),
          value: columns[column][row])
      }
    }
  }
}
