private import Artifacts

extension ArrayComparison {
  /// Compares two array files that belong to no artifact, index by index.
  package init(old: String, new: String, tolerance: Tolerance = .exact) throws(ComparisonError) {
    var marks: RowMarks?
    self = try Self(
      name: new, old: try ArraySource(old), new: try ArraySource(new), alignment: nil, marks: &marks,
      tolerance: tolerance)
  }

  /// Compares an array of two artifacts; rows in which something differs are added to `marks`.
  init(
    name: String, old: ArraySource?, new: ArraySource?, alignment: RowAlignment?, marks: inout RowMarks?,
    tolerance: Tolerance
  ) throws(ComparisonError) {
    self.init(name: name, old: old?.outline, new: new?.outline, elements: nil, tolerance: tolerance)
    guard let old, let new, !isIdentical, let matching = Matching(old, new, alignment) else { return }
    elements = try matching.differences(name: name, marks: &marks, tolerance: tolerance)
  }
}

/// Two arrays of one type, and which rows of them stand against each other.
private struct Matching {
  let old: ArraySource
  let new: ArraySource
  let runs: [RowRun]
  let alignment: RowAlignment?
  /// Rows along axis 0 that both have, where the arrays differ in length and in nothing else.
  let prefix: Int?
  /// The columns that both have, where they do not have the same ones.
  let pairing: ColumnPairing?

  /// Nil when there is no sense in comparing elements: another type, or another shape of rows.
  init?(_ old: ArraySource, _ new: ArraySource, _ alignment: RowAlignment?) {
    let (oldShape, newShape) = (old.outline.shape, new.outline.shape)
    pairing = ColumnPairing(old, new)
    guard old.outline.elementType == new.outline.elementType, oldShape.count == newShape.count,
      pairing != nil || oldShape.dropFirst() == newShape.dropFirst()
    else { return nil }
    self.old = old
    self.new = new
    let (oldRows, newRows) = (oldShape.first ?? 1, newShape.first ?? 1)
    if let alignment, old.outline.axes.first == "N", new.outline.axes.first == "N",
      oldRows == alignment.old.count, newRows == alignment.new.count
    {
      self.alignment = alignment
      runs = alignment.runs
      prefix = nil
    } else {
      self.alignment = nil
      runs = [RowRun(old: 0, new: 0, count: min(oldRows, newRows))]
      prefix = oldRows == newRows ? nil : min(oldRows, newRows)
    }
  }

  func differences(
    name: String, marks: inout RowMarks?, tolerance: Tolerance
  ) throws(ComparisonError) -> ElementDifferences {
    switch new.outline.elementType {
    case .float32:
      try reals(of: Float.self, name, &marks, tolerance) { .single($0) }
    case .float64:
      try reals(of: Double.self, name, &marks, tolerance) { .double($0) }
    case .int32:
      try wholes(of: Int32.self, name, &marks, tolerance)
    case .int64:
      try wholes(of: Int64.self, name, &marks, tolerance)
    case .uint8, .bool:
      try wholes(of: UInt8.self, name, &marks, tolerance)
    }
  }

  private func reals<Element: RealElement>(
    of type: Element.Type, _ name: String, _ marks: inout RowMarks?, _ tolerance: Tolerance,
    value: (Element) -> ElementValue
  ) throws(ComparisonError) -> ElementDifferences {
    try differences(name, &marks, tolerance, value: value) { (comparison, a: Buffer<Element>, b, run) in
      comparison.compare(a, b, run: run, tables: tables)
    }
  }

  private func wholes<Element: ArrayElement & FixedWidthInteger>(
    of type: Element.Type, _ name: String, _ marks: inout RowMarks?, _ tolerance: Tolerance
  ) throws(ComparisonError) -> ElementDifferences {
    try differences(name, &marks, tolerance, value: { .whole(Int64($0)) }) {
      (comparison, a: Buffer<Element>, b, run) in
      comparison.compare(a, b, run: run, tables: tables)
    }
  }

  private typealias Buffer<Element> = UnsafeBufferPointer<Element>

  private func differences<Element: ArrayElement>(
    _ name: String, _ marks: inout RowMarks?, _ tolerance: Tolerance, value: (Element) -> ElementValue,
    compare: (inout ElementComparison, Buffer<Element>, Buffer<Element>, RowRun) -> Void
  ) throws(ComparisonError) -> ElementDifferences {
    let (a, b) = (try old.elements(of: Element.self), try new.elements(of: Element.self))
    let tally = pass(a, b, &marks, tolerance) { comparison, run in
      compare(&comparison, a.buffer, b.buffer, run)
    }
    return differences(tally, name: name) {
      value(a[$0])
    } new: {
      value(b[$0])
    }
  }

  private var tables: TablePair? {
    pairing.map {
      TablePair(oldWidth: old.outline.shape[1], newWidth: new.outline.shape[1], old: $0.old, new: $0.new)
    }
  }

  /// Elements after which the pages of both files are let go.
  private static let piece = 1 << 22

  private func pass<Element>(
    _ a: StoredArray<Element>, _ b: StoredArray<Element>, _ marks: inout RowMarks?, _ tolerance: Tolerance,
    compare: (inout ElementComparison, RowRun) -> Void
  ) -> ElementTally {
    let layout =
      pairing.map { ElementLayout(columns: $0.names.count) }
      ?? ElementLayout(shape: new.outline.shape, columnAxis: new.columnAxis)
    var comparison = ElementComparison(tolerance, layout: layout, marks: alignment == nil ? nil : marks)
    // The marks have one owner while they are written to.
    if alignment != nil { marks = nil }
    let (oldWidth, newWidth) = (max(old.width, 1), max(new.width, 1))
    for run in runs {
      var start = 0
      while start < run.count {
        let count = min(run.count - start, max(Self.piece / newWidth, 1))
        compare(&comparison, RowRun(old: run.old + start, new: run.new + start, count: count))
        if count * newWidth >= Self.piece / 2 {
          a.letGo(of: (run.old + start) * oldWidth..<(run.old + start + count) * oldWidth)
          b.letGo(of: (run.new + start) * newWidth..<(run.new + start + count) * newWidth)
        }
        start += count
      }
    }
    if alignment != nil { marks = comparison.marks }
    return comparison.tally
  }

  // MARK: From the tally to names

  private func differences(
    _ tally: ElementTally, name: String, old oldValue: (Int) -> ElementValue,
    new newValue: (Int) -> ElementValue
  ) -> ElementDifferences {
    func largest<Size>(_ peak: Peak<Size>, _ size: (Size) -> ElementValue) -> LargestDifference? {
      guard peak.isMet else { return nil }
      return LargestDifference(
        size: size(peak.size), place: place(name, old: peak.old, new: peak.new), old: oldValue(peak.old),
        new: newValue(peak.new))
    }
    return ElementDifferences(
      basis: basis(tally), compared: tally.compared, differing: tally.differing,
      rowsRevised: tally.rowsRevised,
      first: tally.first.map { place(name, old: $0.old, new: $0.new) },
      largestAbsolute: largest(tally.absolute, ElementValue.double)
        ?? largest(tally.whole, ElementValue.distance),
      largestRelative: largest(tally.relative, ElementValue.double),
      largestSteps: largest(tally.steps, ElementValue.distance), becameNaN: tally.becameNaN,
      ceasedNaN: tally.ceasedNaN, infinities: tally.infinities, zeroSigns: tally.zeroSigns,
      payloads: tally.payloads, columns: columns(tally), addedColumns: pairing?.added ?? [],
      removedColumns: pairing?.removed ?? [], isPairedByName: pairing != nil)
  }

  private func basis(_ tally: ElementTally) -> ElementDifferences.Basis {
    if alignment != nil { return .rows }
    guard let prefix else { return .index }
    return .prefix(rows: prefix, identical: tally.first.map { $0.new / max(new.width, 1) } ?? prefix)
  }

  private func columns(_ tally: ElementTally) -> [ColumnDifferences] {
    zip(pairing?.names ?? new.columnNames, tally.columns).map { name, column in
      ColumnDifferences(
        name: name, differing: column.differing,
        largestAbsolute: column.absolute.isMet
          ? .double(column.absolute.size) : column.whole.isMet ? .distance(column.whole.size) : nil,
        largestRelative: column.relative.isMet ? column.relative.size : nil, becameNaN: column.becameNaN,
        ceasedNaN: column.ceasedNaN)
    }
  }

  private func place(_ name: String, old oldPosition: Int, new position: Int) -> ElementPlace {
    let index = new.index(ofElement: position)
    var place = ElementPlace(index: index, oldIndex: old.index(ofElement: oldPosition))
    if let axis = new.columnAxis { place.column = new.columnNames[index[axis]] }
    if let axis = new.outline.axes.firstIndex(of: "E") { place.entity = new.names.entity(index[axis]) }
    if let moment = new.names.moment(of: index, array: name, axes: new.outline.axes) {
      place.time = moment.time
      place.entity = moment.entity ?? place.entity
    }
    if let alignment { place.entity = alignment.new.entity(ofRow: index[0]) }
    return place
  }
}
