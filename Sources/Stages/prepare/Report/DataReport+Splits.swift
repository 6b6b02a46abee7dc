import Charts
import Chronology
import Numerics

extension DataReport {
  /// More folds than these nobody tells apart.
  private static let foldLimit = 60

  var splitSection: Page.Block? {
    guard !folds.isEmpty else { return nil }
    let shown = folds.prefix(Self.foldLimit)
    let rows = shown.map { SpanChart.Row($0.name, $0.spans) }
    let chart = SpanChart(title: folds.count == 1 ? "Parts" : "Folds", note: note, rows: rows)
    let rest = folds.count > shown.count ? "\(folds.count - shown.count) more are not drawn." : ""
    return .section("Splits", [.figure(chart.drawing, caption: rest), .table(splitTable)])
  }

  private var note: String { folds.count == 1 ? "" : "\(folds.count) folds" }

  private var splitTable: PageTable {
    let roles = FoldView.Role.allCases.filter { role in folds.contains { !$0.parts(role).isEmpty } }
    let isNamed = folds.contains { !$0.name.isEmpty }
    let rows = folds.map { fold in
      (isNamed ? [PageTable.Cell(fold.name)] : [])
        + roles.map { PageTable.Cell(Self.words(fold.parts($0))) }
    }
    let columns =
      (isNamed ? [PageTable.Column("fold")] : []) + roles.map { PageTable.Column("\($0), windows") }
    return PageTable(columns: columns, rows: rows)
  }

  /// How many, and where that says something, from when until when.
  private static func words(_ parts: [FoldView.Part]) -> String {
    guard let first = parts.map(\.from).min(), let last = parts.map(\.until).max() else { return "–" }
    let count = DecimalNumber.grouped(parts.reduce(0) { $0 + $1.count })
    let ends = [first, last].map { words(Instant(milliseconds: $0), isLong: last - first > 20 * 86_400_000) }
    return "\(count): \(ends[0]) to \(ends[1])" + (parts.count > 1 ? " in \(parts.count) parts" : "")
  }

  /// The hour of a part of months says nothing.
  private static func words(_ instant: Instant, isLong: Bool) -> String {
    isLong ? "\(instant.date)" : instant.readable(dateOnlyAtMidnight: true)
  }
}
