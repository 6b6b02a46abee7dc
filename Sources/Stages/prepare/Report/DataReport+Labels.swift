import Charts
import Numerics

extension DataReport {
  /// Charts of more labels than these would be a wall.
  private static let labelLimit = 24
  private static let quantiles = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]

  var labelSection: Page.Block? {
    guard !labels.isEmpty else { return nil }
    let rest = labels.count - min(labels.count, Self.labelLimit)
    let blocks = labels.prefix(Self.labelLimit).flatMap { label in
      switch label.kind {
      case .classes(let names, let parts): Self.balance(of: label, names, parts)
      case .quantity(let parts): Self.quantity(label, parts)
      }
    }
    return .section("Labels", blocks + (rest > 0 ? [.paragraph("\(rest) more labels are not shown.")] : []))
  }

  /// How often each class occurs in each part.
  private static func balance(
    of label: LabelView, _ names: [String], _ parts: [LabelView.Part<[Int]>]
  ) -> [Page.Block] {
    let parts = Array(parts.prefix(3))
    let rows = names.indices.map { place in
      let counts = parts.map { $0.content[place] }
      let shares = parts.map { part in
        Double(part.content[place]) / Double(max(part.content.reduce(0, +), 1)) * 100
      }
      let words = zip(shares, counts).map {
        "\(DecimalNumber.fixed($0, places: 1)) % (\(DecimalNumber.grouped($1)))"
      }
      return BarChart.Row(names[place], shares.map { $0 }, words: words)
    }
    let chart = BarChart(
      title: label.name, note: "share of each class", legend: parts.map(\.role.rawValue), rows: rows)
    let warnings = parts.filter { part in part.content.count { $0 > 0 } < 2 }.map { part in
      let held = names.indices.first { part.content[$0] > 0 }.map { "one class, \(names[$0])" } ?? "no label"
      return Page.Block.notice(.warning, "\(label.name): \(part.role) holds \(held).")
    }
    return [.figures([chart.drawing], caption: "")] + warnings
  }

  private static func quantity(_ label: LabelView, _ parts: [LabelView.Part<[Double]>]) -> [Page.Block] {
    let rows = parts.map { part -> [PageTable.Cell] in
      let sorted = part.content.filter(\.isFinite).sorted()
      let figures = quantiles.map { quantile -> Double in
        sorted.isEmpty ? .nan : sorted[Int((Double(sorted.count - 1) * quantile).rounded())]
      }
      let mean = ColumnSummary(of: sorted).mean
      return [.init(part.role.rawValue), .init(DecimalNumber.grouped(sorted.count))]
        + ([mean] + figures).map { .init(ColumnSummary.words($0)) }
    }
    let numbers = ["labels", "mean"] + quantiles.map { "\(DecimalNumber.fixed($0 * 100, places: 0)) %" }
    let table = PageTable(
      columns: [.init(label.unit.isEmpty ? label.name : "\(label.name), \(label.unit)")]
        + numbers.map { .init($0, isNumeric: true) }, rows: rows)
    return [.table(table)] + [histogram(label, parts)].compactMap { $0 }
  }

  private static func histogram(_ label: LabelView, _ parts: [LabelView.Part<[Double]>]) -> Page.Block? {
    guard let first = parts.first, let range = Bins.range(of: parts.flatMap(\.content)) else { return nil }
    let bins = { (values: [Double]) in Bins(of: values, count: 60, from: range.low, to: range.high) }
    let last = parts.count > 1 ? parts.last : nil
    let chart = Histogram(
      title: label.name, note: last.map { "bars: \(first.role), line: \($0.role)" } ?? "",
      bins: bins(first.content),
      other: last.map { bins($0.content) })
    return .figures([chart.drawing], caption: "")
  }
}
