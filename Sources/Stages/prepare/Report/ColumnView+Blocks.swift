import Charts
import Chronology
import Numerics

extension ColumnView {
  private static let bins = 60
  private static let lags = 50

  /// The charts of its section: the borders of `fold` are drawn on the values.
  func blocks(fold: FoldView?, in report: DataReport) -> [Page.Block] {
    guard !times.isEmpty else { return [.notice(.warning, "\(title) has no rows.")] }
    let summary = ColumnSummary(of: raw)
    var blocks: [Page.Block] = []
    if summary.count == 0 { blocks.append(.notice(.bad, "\(title) has no value in \(rowWords).")) }
    if summary.isConstant {
      blocks.append(
        .notice(.warning, "\(title) is constant: \(ColumnSummary.words(summary.low)) in \(rowWords)."))
    }
    blocks.append(
      .figure(series(raw, named: unit.isEmpty ? "raw" : "raw, \(unit)", fold), caption: borders(of: fold)))
    if let transformed {
      let made = report.transformedUnit.isEmpty ? "transformed" : report.transformedUnit
      blocks.append(.figure(series(transformed, named: made, fold), caption: ""))
    }
    // Of the rest there is nothing to see that the notice has not said.
    guard summary.count > 2, !summary.isConstant else { return blocks }
    let distributions = distributions(fold)
    blocks.append(.figures(distributions.drawings, caption: distributions.caption))
    return blocks + [changes(report), sample(report)].compactMap { $0 }
  }

  private var rowWords: String {
    "\(DecimalNumber.grouped(raw.count)) row" + (raw.count == 1 ? "" : "s")
  }

  /// What the shades behind the values are.
  private func borders(of fold: FoldView?) -> String {
    guard let fold else { return "" }
    let roles = FoldView.Role.allCases.filter { !fold.parts($0).isEmpty }.map(\.rawValue)
    let name = fold.name.isEmpty ? "" : " of \(fold.name)"
    return "Shaded: \(roles.joined(separator: ", "))\(name)."
  }

  private func series(_ values: [Double], named title: String, _ fold: FoldView?) -> Drawing {
    let ends = [times.first, times.last].compactMap { $0 }.map {
      Instant(milliseconds: $0).readable(dateOnlyAtMidnight: true)
    }
    var chart = SeriesChart(
      title: title, note: "\(rowWords), \(ends.joined(separator: " to "))", times: times,
      lines: [.init(.first, values, breaks: breaks)])
    chart.spans = fold?.spans ?? []
    return chart.drawing
  }
}

/// Distribution and autocorrelation.
extension ColumnView {
  private func distributions(_ fold: FoldView?) -> (drawings: [Drawing], caption: String) {
    let forms = [("raw", raw)] + (transformed.map { [("transformed", $0)] } ?? [])
    let histograms = forms.compactMap { histogram(of: $0.1, named: $0.0, fold) }
    let correlations = forms.map { ($0.0, Autocorrelation(of: $0.1, lags: Self.lags)) }
    let correlograms = correlations.map { name, found in
      Correlogram(
        title: "\(name): autocorrelation", note: "by lag in rows, ±1.96/√n", correlations: found.correlations,
        count: found.count
      ).drawing
    }
    let outside = histograms.map(\.outside).filter { !$0.isEmpty }
    var sentences = outside.isEmpty ? [] : ["Outside the histograms: \(outside.joined(separator: "; "))."]
    if histograms.contains(where: \.hasCurve) {
      sentences.append("Dashed: the normal curve of the same mean and deviation.")
    }
    if let newest = correlations.map(\.1.rows).max(), newest < raw.count {
      sentences.append("Autocorrelation of the newest \(DecimalNumber.grouped(newest)) rows.")
    }
    return (histograms.map(\.drawing) + correlograms, sentences.joined(separator: " "))
  }

  /// Training rows as bars and test rows as a line, or all rows where there is no fold.
  private func histogram(
    of values: [Double], named name: String, _ fold: FoldView?
  ) -> (drawing: Drawing, outside: String, hasCurve: Bool)? {
    guard let range = Bins.range(of: values) else { return nil }
    let bins = { (values: [Double]) in
      Bins(of: values, count: Self.bins, from: range.low, to: range.high)
    }
    let compared = fold.flatMap { $0.isRandom ? nil : $0 }
    let train = compared.map { $0.values(values, at: times, of: .train) } ?? []
    let test = compared.map { $0.values(values, at: times, of: .test) } ?? []
    let isSplit = train.contains(where: \.isFinite) && test.contains(where: \.isFinite)
    let first = isSplit ? train : values
    let summary = ColumnSummary(of: first)
    let normal =
      summary.isConstant ? nil : Histogram.Normal(mean: summary.mean, deviation: summary.deviation)
    let chart = Histogram(
      title: "\(name): distribution", note: isSplit ? "bars: train, line: test" : "all rows",
      bins: bins(first),
      other: isSplit ? bins(test) : nil, normal: normal)
    let all = bins(values)
    let outside = all.below + all.above == 0 ? "" : "\(name) \(all.below) below and \(all.above) above"
    return (chart.drawing, outside, normal != nil)
  }
}

/// Differences from row to row.
extension ColumnView {
  private static let relativeUnit = " %"

  /// Whether a relative difference means something: values on both sides of zero have none.
  private static func hasRelative(_ values: [Double]) -> Bool {
    let summary = ColumnSummary(of: values)
    return summary.low >= 0 && summary.high > 0 || summary.high <= 0 && summary.low < 0
  }

  private func change(
    of values: ArraySlice<Double>, named title: String, isRelative: Bool, note: String
  ) -> Drawing {
    let found = Self.changes(of: values, breaks: breaks, isRelative: isRelative)
    return ChangeChart(
      title: title, note: note, times: Array(times[values.indices.dropFirst()]),
      changes: isRelative ? found.map { $0 * 100 } : found, unit: isRelative ? Self.relativeUnit : ""
    ).drawing
  }

  private func changes(_ report: DataReport) -> Page.Block? {
    guard raw.count > max(report.sampleRows, 2) else { return nil }
    let note = "greatest rise and fall"
    let absolute = change(of: raw[...], named: "raw: difference", isRelative: false, note: note)
    guard Self.hasRelative(raw) else {
      return .figures([absolute], caption: "No relative differences: the values lie on both sides of zero.")
    }
    let relative = change(of: raw[...], named: "raw: relative difference", isRelative: true, note: note)
    return .figures([absolute, relative], caption: "Differences from row to row.")
  }

  /// The newest rows one by one: values above, differences below.
  private func sample(_ report: DataReport) -> Page.Block? {
    let count = min(max(report.sampleRows, 2), 400, raw.count)
    guard count > 1 else { return nil }
    let rows = (raw.count - count)..<raw.count
    let forms = [("raw", raw)] + (transformed.map { [("transformed", $0)] } ?? [])
    let values = forms.map { sampleSeries(of: $0.1[rows], named: $0.0) }
    let differences = forms.map { name, values in
      let isRelative = Self.hasRelative(values)
      let kind = isRelative ? "relative difference" : "difference"
      return change(of: values[rows], named: "\(name): \(kind)", isRelative: isRelative, note: "")
    }
    // Raw beside transformed, values above differences; alone, values beside differences.
    return .figures(
      values + differences, caption: "The newest \(count) rows: values, and differences from row to row.")
  }

  private func sampleSeries(of values: ArraySlice<Double>, named name: String) -> Drawing {
    let joined = breaks.map { $0 - values.startIndex }.filter { $0 >= 0 && $0 < values.count }
    var chart = SeriesChart(
      title: "\(name): newest \(values.count) rows", times: Array(times[values.indices]),
      lines: [.init(.first, Array(values), breaks: joined)])
    chart.size = .half
    return chart.drawing
  }
}
