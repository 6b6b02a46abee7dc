package import Artifacts
private import Numerics
package import Tensors

/// y_t = ln(x_t / x_{t-1}), for positive columns.
///
/// The first row of a run has no value and is dropped.
package struct LogReturn: Transform {
  package static let name = "log-return"

  package init() {}

  package var declaration: JSON { ["name": .string(Self.name)] }
  package var isLogarithmic: Bool { true }
  package var warmup: Int { 1 }

  package func apply(to table: inout FeatureTable) throws(FeatureError) {
    try table.requirePositive(for: Self.name)
    for column in table.columns.indices {
      table.updateColumn(column) { values, segments in
        for segment in segments {
          // From the back, so that each row's predecessor is still what it was.
          for row in segment.rows.dropFirst().reversed() {
            values[row] = Elementary.log(values[row] / values[row - 1])
          }
        }
      }
    }
  }

  package func advance(_ panel: inout Panel, at context: WindowContext) {
    panel.updatePaths { values, path, place in
      var previous = context.anchors[place.position]
      for step in path {
        let value = values[step]
        values[step] = Elementary.log(value / previous)
        previous = value
      }
    }
  }

  package func invert(_ panel: inout Panel, at context: WindowContext) {
    panel.updatePaths { values, path, place in
      let anchor = context.anchors[place.position]
      var sum = 0.0
      for step in path {
        sum += values[step]
        values[step] = anchor * Elementary.exp(sum)
      }
    }
  }

  package func anchors(after anchors: [Double], at context: WindowContext) -> [Double]? { nil }
}
