import Artifacts

extension LeakCheck {
  /// Makes the features of some runs again with everything behind a cut deleted, and demands the same bits; of labels,
  /// that they look no further than the rows that a split purges.
  func truncation() throws -> [LeakFinding] {
    let runs = samples.cuts.map { Segment(entity: $0.entity, rows: $0.run) }
    let sample = windows.rows.sample(runs)
    let all = KeptRows(sample.segments, warmup: windows.recipe.warmup, entityCount: sample.entities.count)
    // In the sample the runs follow each other in the order of the cuts.
    let compared = zip(samples.cuts, sample.segments).flatMap { cut, segment in
      cut.compared.map { (row: $0, place: segment.rows.lowerBound + $0 - cut.run.lowerBound) }
    }
    let spans = zip(samples.cuts, sample.segments).flatMap { cut, segment in
      cut.compared.map { $0 - windows.signature.span }.filter(cut.run.contains).map {
        (row: $0, place: segment.rows.lowerBound + $0 - cut.run.lowerBound)
      }
    }
    var changed: Set<String> = []
    var labels: Set<String> = []
    let probe = windows.probe
    try windows.recipe.makeColumns(of: sample, kept: all) { made in
      switch made {
      case .raw(let feature, let column):
        if differs(column, compared, from: probe.raw[feature]) {
          changed.insert(windows.signature.features[feature])
        }
      case .transformed(let feature, let column):
        if differs(column, compared, from: probe.transformed[feature]) {
          changed.insert(windows.signature.features[feature])
        }
      case .label(let target, let column):
        if differs(column, spans, from: probe.labels[target]) {
          labels.insert(windows.signature.targets[target])
        }
      case .still: break
      }
    }
    return findings(changed, labels, rows: compared.count, labelRows: spans.count)
  }

  private func findings(
    _ changed: Set<String>, _ labels: Set<String>, rows: Int, labelRows: Int
  ) -> [LeakFinding] {
    guard rows > 0 else {
      let words = "no run is long enough to delete its future"
      return [LeakFinding(.truncation, .skipped, words)]
        + (windows.signature.hasLabels ? [LeakFinding(.span, .skipped, words)] : [])
    }
    let names = windows.signature.features.filter(changed.contains)
    var findings = [
      LeakFinding(
        .truncation, isPassed: names.isEmpty,
        names.isEmpty
          ? "\(windows.signature.features.count) features are the same with the future deleted, at \(rows) rows"
          : "\(list(names)) \(names.count == 1 ? "changes" : "change") when the future is deleted")
    ]
    guard windows.signature.hasLabels else { return findings }
    guard labelRows > 0 else {
      return findings + [LeakFinding(.span, .skipped, "no run holds a label whose future could be deleted")]
    }
    let late = windows.signature.targets.filter(labels.contains)
    findings.append(
      LeakFinding(
        .span, isPassed: late.isEmpty,
        late.isEmpty
          ? "labels look over the \(windows.signature.span) rows that are purged, and no further"
          : "\(list(late)) \(late.count == 1 ? "looks" : "look") behind the \(windows.signature.span) rows that are purged"
      ))
    return findings
  }

  /// Whether a value of a column is not, bit for bit, what it was when the whole series was there.
  private func differs(
    _ column: [Double], _ compared: [(row: Int, place: Int)], from watched: [Double]
  ) -> Bool {
    compared.contains { row, place in
      guard let index = windows.probe.index(ofRow: row) else { return false }
      return column[place].bitPattern != watched[index].bitPattern
    }
  }
}

extension Probe {
  /// The place of a watched row.
  func index(ofRow row: Int) -> Int? {
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low < rows.count && rows[low] == row ? low : nil
  }

  /// The place of a row that samples were taken of: all of those are watched.
  func place(ofRow row: Int) -> Int {
    guard let place = index(ofRow: row) else { preconditionFailure("row \(row) is sampled and not watched") }
    return place
  }
}
