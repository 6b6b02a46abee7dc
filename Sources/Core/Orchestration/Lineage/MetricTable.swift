private import Numerics

/// Metrics of a result, grouped by the part of the data that they were measured on, the baselines beside the model.
package struct MetricTable: Sendable {
  private struct Row {
    var name: String
    /// By baseline; the model's own under the empty name.
    var values: [String: Double]
  }

  private let groups: [(name: String, rows: [Row])]

  package init(_ metrics: [String: Double]) {
    let baselines = Self.baselines(in: metrics)
    var groups: [String: [String: [String: Double]]] = [:]
    for (path, value) in metrics {
      let parts = path.split(separator: "/").map(String.init)
      let group = parts.count > 1 ? parts[0] : ""
      var rest = Array(parts.count > 1 ? parts[1...] : parts[...])
      let baseline = rest.count > 1 && baselines.contains(rest[rest.count - 1]) ? rest.removeLast() : ""
      groups[group, default: [:]][rest.joined(separator: "/"), default: [:]][baseline] = value
    }
    self.groups = groups.sorted { $0.key < $1.key }.map { name, rows in
      (name, rows.sorted { $0.key < $1.key }.map { Row(name: $0.key, values: $0.value) })
    }
  }

  /// The last parts of names that are a metric without them: `repeat` of `test/mse/repeat`, where there is `test/mse`.
  private static func baselines(in metrics: [String: Double]) -> Set<String> {
    Set(
      metrics.keys.compactMap { path in
        guard let slash = path.lastIndex(of: "/"), metrics[String(path[..<slash])] != nil else { return nil }
        return String(path[path.index(after: slash)...])
      })
  }

  package func text(indent: String) -> String {
    groups.map { group in
      let columns = [""] + Set(group.rows.flatMap(\.values.keys)).subtracting([""]).sorted()
      var table = TextTable([.left] + columns.map { _ in .right })
      table.add([group.name] + (columns.count > 1 ? ["result"] + columns.dropFirst() : [""]))
      for row in group.rows {
        table.add(["  " + row.name] + columns.map { row.values[$0].map(Self.written) ?? "" })
      }
      return table.text(indent: indent)
    }.joined()
  }

  private static func written(_ value: Double) -> String {
    let isTiny = value != 0 && abs(value) < 1e-4
    return isTiny ? "\(value)" : DecimalNumber.readable(value)
  }
}
