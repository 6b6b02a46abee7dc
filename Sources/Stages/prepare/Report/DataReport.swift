import Charts
import Numerics

/// A look at what `prepare` read and made: the page that `prepare --report` writes.
struct DataReport: Equatable {
  /// Columns with a section of their own; the table has all of them.
  static let sectionLimit = 60

  var title: String
  /// Who made it from what, in a sentence.
  var subtitle: String
  /// What was done, step by step: «dropped rows», «1,234: fewer than the look-back before them».
  var work: [(name: String, words: String)] = []
  var warnings: [String] = []
  var leakChecks: [LeakRow] = []
  var folds: [FoldView] = []
  var labels: [LabelView] = []
  var columns: [ColumnView] = []
  /// What the columns are counted in after the transforms, as in «standard deviations».
  var transformedUnit = ""
  /// How many of the newest rows are shown one by one: the look-back.
  var sampleRows = 96

  static func == (left: DataReport, right: DataReport) -> Bool { left.html == right.html }

  /// The page; equal reports are equal bytes.
  var html: String { page.html }
}

extension DataReport {
  private var page: Page {
    let sections = [workSection, leakSection, splitSection, missingSection, labelSection, columnSection]
    let shown = columns.prefix(Self.sectionLimit)
    let rest = columns.count - shown.count
    let more = "\(rest) more columns stand in the table alone."
    return Page(
      title: title, subtitle: subtitle,
      blocks: notices + sections.compactMap { $0 }
        + shown.map { .section($0.title, $0.blocks(fold: folds.last, in: self)) }
        + (rest > 0 ? [.paragraph(more)] : []))
  }

  /// What must be read before everything else.
  private var notices: [Page.Block] {
    let failed = leakChecks.filter { $0.verdict == .failed }.map(\.name)
    let allowed = leakChecks.compactMap { row in
      if case .allowed(let reason) = row.verdict { "\(row.name) (\(reason))" } else { nil }
    }
    var notices: [Page.Block] = []
    if !failed.isEmpty {
      notices.append(.notice(.bad, "Leak check failed: \(failed.joined(separator: ", "))."))
    }
    if !allowed.isEmpty {
      notices.append(.notice(.bad, "Published with a leak: \(allowed.joined(separator: ", "))."))
    }
    return notices + warnings.map { .notice(.warning, $0) }
  }

  private var workSection: Page.Block? {
    guard !work.isEmpty else { return nil }
    return .section("What was done", [.definitions(work.map { ($0.name, $0.words) })])
  }

  private var leakSection: Page.Block? {
    guard !leakChecks.isEmpty else { return nil }
    let rows = leakChecks.map { row -> [PageTable.Cell] in
      [.init(row.name), row.verdict.cell, .init(row.words)]
    }
    let table = PageTable(columns: [.init("check"), .init("verdict"), .init("what was found")], rows: rows)
    return .section("Leak check", [.table(table)])
  }

  private var missingSection: Page.Block? {
    guard columns.contains(where: { !$0.times.isEmpty }) else { return nil }
    let map = MissingMap(of: columns)
    let chart = PresenceMap(
      title: "What is there", note: "bars that are not there and rows without a value, before cleaning",
      from: map.from, until: map.until, rows: map.rows)
    let rest = map.rest > 0 ? " \(map.rest) more rows are not shown." : ""
    let caption = "Behind each row: how much of it is missing." + rest
    return .section("Missing", [.figure(chart.drawing, caption: caption)])
  }

  private var columnSection: Page.Block? {
    guard !columns.isEmpty else { return nil }
    let numbers = ["rows", "missing", "least", "mean", "greatest", "deviation", "skewness"]
    let rows = columns.map { view -> [PageTable.Cell] in
      let summary = ColumnSummary(of: view.raw)
      let missing = view.missingRows + view.missingBars
      let figures = [summary.low, summary.mean, summary.high, summary.deviation, summary.skewness]
      return [
        .init(view.title), .init(view.unit), .init(DecimalNumber.grouped(view.raw.count)),
        view.raw.isEmpty
          ? .init("no rows", mark: .warning)
          : .init(DecimalNumber.grouped(missing), mark: summary.count == 0 ? .bad : nil),
      ] + figures.map { .init(ColumnSummary.words($0)) }
    }
    let names = [PageTable.Column("column"), .init("unit")] + numbers.map { .init($0, isNumeric: true) }
    return .section(
      "Columns", [.table(PageTable(columns: names, rows: rows))] + [driftFigure].compactMap { $0 })
  }

  /// How far the mean of the test rows lies from that of the training rows.
  private var driftFigure: Page.Block? {
    guard let fold = folds.last, !fold.isRandom else { return nil }
    let shifts = columns.compactMap { view -> BarChart.Row? in
      let values = view.transformed ?? view.raw
      let train = ColumnSummary(of: fold.values(values, at: view.times, of: .train))
      let test = ColumnSummary(of: fold.values(values, at: view.times, of: .test))
      guard train.deviation > 0, !train.isConstant, test.count > 0 else { return nil }
      return BarChart.Row(view.title, [(test.mean - train.mean) / train.deviation])
    }
    guard !shifts.isEmpty else { return nil }
    let farthest = shifts.sorted { abs($0.values[0] ?? 0) > abs($1.values[0] ?? 0) }.prefix(40)
    let chart = BarChart(
      title: "Drift", note: "in standard deviations of the training rows", rows: Array(farthest))
    let rest = shifts.count > farthest.count ? ", the \(farthest.count) farthest" : ""
    return .figures(
      [chart.drawing],
      caption: "Mean of the test rows less mean of the training rows, after the transforms\(rest).")
  }
}

extension LeakRow.Verdict {
  fileprivate var cell: PageTable.Cell {
    switch self {
    case .passed: .init("passed", mark: .good)
    case .failed: .init("FAILED", mark: .bad)
    case .allowed: .init("FAILED, allowed", mark: .bad)
    case .skipped: .init("not looked at", mark: .warning)
    }
  }
}
