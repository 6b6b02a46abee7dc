import Artifacts
private import Glibc

/// One pass over two arrays, run of rows by run of rows.
///
/// Equal stretches are passed over by `memcmp`; only where bytes differ is an element looked at. All types of
/// elements stand in this file, so that the compiler makes a loop of its own for each.
struct ElementComparison {
  let tolerance: Tolerance
  let layout: ElementLayout
  private(set) var tally: ElementTally
  /// The rows of the new array in which something differs; kept where rows are aligned.
  private(set) var marks: RowMarks?

  init(_ tolerance: Tolerance, layout: ElementLayout, marks: RowMarks?) {
    self.tolerance = tolerance
    self.layout = layout
    self.marks = marks
    tally = ElementTally(columns: layout.columnCount)
  }

  /// Compares real numbers; with `tables`, in the columns that both tables have.
  mutating func compare<Element: RealElement>(
    _ old: UnsafeBufferPointer<Element>, _ new: UnsafeBufferPointer<Element>, run: RowRun,
    tables: TablePair? = nil
  ) {
    guard let tables else {
      return forEachUnequalStretch(old, new, run: run) { comparison, old, new, run in
        comparison.compareReals(old, new, run: run)
      }
    }
    forEachPair(run: run, tables) { comparison, oldPlace, newPlace, column in
      let (a, b) = (old[oldPlace], new[newPlace])
      if a.bitPattern != b.bitPattern { comparison.meet(a, b, old: oldPlace, new: newPlace, place: column) }
    }
  }

  /// Compares whole numbers, exactly; with `tables`, in the columns that both tables have.
  mutating func compare<Element: ArrayElement & FixedWidthInteger>(
    _ old: UnsafeBufferPointer<Element>, _ new: UnsafeBufferPointer<Element>, run: RowRun,
    tables: TablePair? = nil
  ) {
    guard let tables else {
      return forEachUnequalStretch(old, new, run: run) { comparison, old, new, run in
        comparison.compareWholes(old, new, run: run)
      }
    }
    forEachPair(run: run, tables) { comparison, oldPlace, newPlace, column in
      let (a, b) = (Int64(old[oldPlace]), Int64(new[newPlace]))
      if a != b { comparison.meet(a, b, old: oldPlace, new: newPlace, place: column) }
    }
  }

  @inline(__always)
  private mutating func forEachPair(
    run: RowRun, _ tables: TablePair, _ body: (inout Self, Int, Int, Int) -> Void
  ) {
    for row in 0..<run.count {
      let before = tally.differing
      let (oldStart, newStart) = ((run.old + row) * tables.oldWidth, (run.new + row) * tables.newWidth)
      for column in tables.old.indices {
        body(&self, oldStart + tables.old[column], newStart + tables.new[column], column)
      }
      finishRow(run.new + row, differing: before)
    }
    tally.compared += run.count * tables.old.count
  }

  /// Bytes that are compared at a time.
  private static let stretch = 1 << 14

  @inline(__always)
  private mutating func forEachUnequalStretch<Element: ArrayElement>(
    _ old: UnsafeBufferPointer<Element>, _ new: UnsafeBufferPointer<Element>, run: RowRun,
    _ body: (inout Self, UnsafePointer<Element>, UnsafePointer<Element>, RowRun) -> Void
  ) {
    let width = layout.width
    guard width > 0, run.count > 0, let oldBase = old.baseAddress, let newBase = new.baseAddress else {
      return
    }
    precondition(
      (run.old + run.count) * width <= old.count && (run.new + run.count) * width <= new.count,
      "a run of rows ends inside both arrays")
    let size = MemoryLayout<Element>.size
    let rows = max(1, Self.stretch / (width * size))
    var piece = RowRun(old: run.old, new: run.new, count: 0)
    var left = run.count
    while left > 0 {
      piece.count = min(rows, left)
      if memcmp(oldBase + piece.old * width, newBase + piece.new * width, piece.count * width * size) != 0 {
        body(&self, oldBase, newBase, piece)
      }
      piece.old += piece.count
      piece.new += piece.count
      left -= piece.count
    }
    tally.compared += run.count * width
  }

  @inline(__always)
  private mutating func compareReals<Element: RealElement>(
    _ old: UnsafePointer<Element>, _ new: UnsafePointer<Element>, run: RowRun
  ) {
    let width = layout.width
    for row in 0..<run.count {
      let before = tally.differing
      let (oldStart, newStart) = ((run.old + row) * width, (run.new + row) * width)
      for place in 0..<width {
        let (a, b) = (old[oldStart + place], new[newStart + place])
        if a.bitPattern == b.bitPattern { continue }
        meet(a, b, old: oldStart + place, new: newStart + place, place: place)
      }
      finishRow(run.new + row, differing: before)
    }
  }

  @inline(__always)
  private mutating func compareWholes<Element: ArrayElement & FixedWidthInteger>(
    _ old: UnsafePointer<Element>, _ new: UnsafePointer<Element>, run: RowRun
  ) {
    let width = layout.width
    for row in 0..<run.count {
      let before = tally.differing
      let (oldStart, newStart) = ((run.old + row) * width, (run.new + row) * width)
      for place in 0..<width where old[oldStart + place] != new[newStart + place] {
        meet(
          Int64(old[oldStart + place]), Int64(new[newStart + place]), old: oldStart + place,
          new: newStart + place, place: place)
      }
      finishRow(run.new + row, differing: before)
    }
  }

  @inline(__always)
  private mutating func finishRow(_ row: Int, differing before: Int) {
    guard tally.differing > before else { return }
    tally.rowsRevised += 1
    marks?.mark(row)
  }

  // MARK: Elements

  /// Two real numbers whose bits differ.
  @inline(__always)
  private mutating func meet<Element: RealElement>(_ a: Element, _ b: Element, old: Int, new: Int, place: Int)
  {
    if a == b {
      tally.zeroSigns += 1
      return
    }
    guard a.isFinite, b.isFinite else { return meetNonFinite(a, b, old: old, new: new, place: place) }
    let (x, y) = (Double(a), Double(b))
    let difference = abs(x - y)
    let magnitude = max(abs(x), abs(y))
    tally.absolute.meet(difference, old: old, new: new)
    // A division only where the quotient can be the largest so far.
    if difference > tally.relative.size * magnitude {
      tally.relative.meet(Self.ratio(x, y, magnitude), old: old, new: new)
    }
    tally.steps.meet(a.steps(to: b), old: old, new: new)
    let differs = !(difference <= tolerance.absolute + tolerance.relative * magnitude)
    if differs { countDiffering(old: old, new: new) }
    guard layout.columnCount > 0 else { return }
    let column = Int(layout.columns[place])
    tally.columns[column].absolute.meet(difference, old: old, new: new)
    if difference > tally.columns[column].relative.size * magnitude {
      tally.columns[column].relative.meet(Self.ratio(x, y, magnitude), old: old, new: new)
    }
    if differs { tally.columns[column].differing += 1 }
  }

  /// |x − y| / magnitude, also where the difference overflows.
  @inline(__always)
  private static func ratio(_ x: Double, _ y: Double, _ magnitude: Double) -> Double {
    let difference = abs(x - y)
    return difference.isFinite ? difference / magnitude : abs(x / magnitude - y / magnitude)
  }

  private mutating func meetNonFinite<Element: RealElement>(
    _ a: Element, _ b: Element, old: Int, new: Int, place: Int
  ) {
    let column = layout.columnCount > 0 ? Int(layout.columns[place]) : nil
    switch (a.isNaN, b.isNaN) {
    case (true, true):
      tally.payloads += 1
      return
    case (false, true):
      tally.becameNaN += 1
      if let column { tally.columns[column].becameNaN += 1 }
    case (true, false):
      tally.ceasedNaN += 1
      if let column { tally.columns[column].ceasedNaN += 1 }
    case (false, false): tally.infinities += 1
    }
    countDiffering(old: old, new: new)
    if let column { tally.columns[column].differing += 1 }
  }

  /// Two whole numbers that differ.
  @inline(__always)
  private mutating func meet(_ a: Int64, _ b: Int64, old: Int, new: Int, place: Int) {
    let difference = a > b ? UInt64(bitPattern: a &- b) : UInt64(bitPattern: b &- a)
    let ratio = Double(difference) / Double(max(a.magnitude, b.magnitude))
    tally.whole.meet(difference, old: old, new: new)
    tally.relative.meet(ratio, old: old, new: new)
    countDiffering(old: old, new: new)
    guard layout.columnCount > 0 else { return }
    let column = Int(layout.columns[place])
    tally.columns[column].differing += 1
    tally.columns[column].whole.meet(difference, old: old, new: new)
    tally.columns[column].relative.meet(ratio, old: old, new: new)
  }

  @inline(__always)
  private mutating func countDiffering(old: Int, new: Int) {
    if tally.first == nil { tally.first = (old, new) }
    tally.differing += 1
  }
}

/// Two tables that share some columns: how wide they are, and where those columns stand in each.
struct TablePair {
  let oldWidth: Int
  let newWidth: Int
  let old: [Int]
  let new: [Int]
}

/// Real numbers of an array: `Float` and `Double`.
protocol RealElement: ArrayElement, BinaryFloatingPoint {
  associatedtype Bits: FixedWidthInteger & UnsignedInteger
  var bitPattern: Bits { get }
  /// How many numbers of the type one has to step over to get to another, both finite.
  func steps(to other: Self) -> UInt64
}

extension Float: RealElement {
  @inline(__always)
  func steps(to other: Float) -> UInt64 {
    UInt64((Int64(position) - Int64(other.position)).magnitude)
  }

  /// Consecutive numbers have consecutive positions, and both zeros have 0.
  @inline(__always)
  private var position: Int32 {
    let bits = Int32(bitPattern: bitPattern & 0x7FFF_FFFF)
    return sign == .minus ? -bits : bits
  }
}

extension Double: RealElement {
  @inline(__always)
  func steps(to other: Double) -> UInt64 {
    let (a, b) = (position, other.position)
    return a > b ? UInt64(bitPattern: a &- b) : UInt64(bitPattern: b &- a)
  }

  /// Consecutive numbers have consecutive positions, and both zeros have 0.
  @inline(__always)
  private var position: Int64 {
    let bits = Int64(bitPattern: bitPattern & 0x7FFF_FFFF_FFFF_FFFF)
    return sign == .minus ? -bits : bits
  }
}
