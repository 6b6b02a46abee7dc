import Artifacts
import TestSupport
import Testing

@testable import Comparison

/// Pairs of arrays, and what NumPy found: scripts/reference/differences.py.
private let cases: [JSON] = {
  let path = Programs.repository + "/Tests/Reference/differences.json"
  guard let bytes = try? Disk.read(path), let found = (try? JSON(parsing: bytes))?["cases"]?.array else {
    preconditionFailure("\(path) cannot be read; make it with scripts/reference/differences.py")
  }
  return found
}()

@Test(arguments: cases.indices)
func `Differences are those that NumPy finds`(index: Int) throws {
  let expected = cases[index]
  let tally = try tally(of: expected)
  let name = Comment(rawValue: expected["name"]?.string ?? "")
  #expect(tally.differing == expected["differing"]?.integer, name)
  #expect(tally.first?.new == expected["first"]?.integer, name)
  #expect(tally.rowsRevised == expected["rowsRevised"]?.integer, name)
  #expect(tally.columns.map(\.differing) == expected["columnDiffering"]?.array?.map { $0.integer }, name)
  if expected["ulp"] == nil {
    #expect(text(tally.whole) == peak(expected["whole"]), name)
    #expect(tally.columns.map { "\($0.whole.size)" } == expected["columnWhole"]?.strings, name)
    return
  }
  #expect(text(tally.absolute) == peak(expected["absolute"]), name)
  #expect(text(tally.relative) == peak(expected["relative"]), name)
  #expect(text(tally.steps) == peak(expected["ulp"]), name)
  #expect(tally.becameNaN == expected["becameNaN"]?.integer, name)
  #expect(tally.ceasedNaN == expected["ceasedNaN"]?.integer, name)
  #expect(tally.infinities == expected["infinities"]?.integer, name)
  #expect(tally.zeroSigns == expected["zeroSigns"]?.integer, name)
  let sizes = { (list: String) in expected[list]?.strings?.compactMap { Double($0) } }
  #expect(tally.columns.map(\.absolute.size) == sizes("columnAbsolute"), name)
  #expect(tally.columns.map(\.relative.size) == sizes("columnRelative"), name)
}

@Test func `Rows are compared where they stand in each array`() {
  var comparison = ElementComparison(
    .exact, layout: ElementLayout(shape: [3, 2], columnAxis: 1), marks: RowMarks(rows: 3))
  let (old, new): ([Double], [Double]) = ([1, 2, 3, 4, 5, 6, 7, 8], [3, 4, 5, 6.5, 7, 8])
  old.withUnsafeBufferPointer { old in
    new.withUnsafeBufferPointer { comparison.compare(old, $0, run: RowRun(old: 1, new: 0, count: 3)) }
  }
  #expect(comparison.tally.compared == 6 && comparison.tally.differing == 1)
  #expect(comparison.tally.first?.old == 5 && comparison.tally.first?.new == 3)
  #expect(comparison.tally.columns.map(\.differing) == [0, 1])
  var rows: [Int] = []
  comparison.marks?.forEach { rows.append($0) }
  #expect(rows == [1])
}

@Test func `NaN of other bits count as equal, and are told`() {
  var comparison = ElementComparison(.exact, layout: ElementLayout(shape: [2], columnAxis: nil), marks: nil)
  let (old, new): ([Float], [Float]) = ([.nan, .nan], [.nan, Float(nan: 5, signaling: false)])
  old.withUnsafeBufferPointer { old in
    new.withUnsafeBufferPointer { comparison.compare(old, $0, run: RowRun(old: 0, new: 0, count: 2)) }
  }
  #expect(comparison.tally.differing == 0 && comparison.tally.payloads == 1)
}

// MARK: Reading the cases

/// Compares the two arrays of a case, stretch by stretch as files are.
private func tally(of json: JSON) throws -> ElementTally {
  let shape = try #require(json["shape"]?.array?.compactMap { $0.integer })
  let tolerance = Tolerance(
    relative: try #require(json["rtol"]?.number), absolute: try #require(json["atol"]?.number))
  var comparison = ElementComparison(
    tolerance, layout: ElementLayout(shape: shape, columnAxis: 1), marks: nil)
  let run = RowRun(old: 0, new: 0, count: shape[0])
  let (old, new) = (try integers(json["old"]), try integers(json["new"]))
  func reals<Element: RealElement>(_ element: (Int64) -> Element) {
    let (a, b) = (StoredArray(old.map(element)), StoredArray(new.map(element)))
    comparison.compare(a.buffer, b.buffer, run: run)
  }
  func wholes<Element: ArrayElement & FixedWidthInteger>(_ type: Element.Type) {
    let (a, b) = (StoredArray(old.map { Element($0) }), StoredArray(new.map { Element($0) }))
    comparison.compare(a.buffer, b.buffer, run: run)
  }
  switch json["dtype"]?.string {
  case "<f4": reals { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
  case "<f8": reals { Double(bitPattern: UInt64(bitPattern: $0)) }
  case "<i8": wholes(Int64.self)
  case "<i4": wholes(Int32.self)
  default: wholes(UInt8.self)
  }
  return comparison.tally
}

private func integers(_ json: JSON?) throws -> [Int64] {
  try #require(json?.array).map { try Int64(#require($0.integer)) }
}

/// The size and the place, as a text that is the same on both sides.
private func text<Size>(_ peak: Peak<Size>) -> String { peak.isMet ? "\(peak.size) at \(peak.new)" : "none" }

private func peak(_ json: JSON?) -> String {
  guard let size = json?["size"]?.string, let place = json?["at"]?.integer else { return "none" }
  let number = size.contains { ".en".contains($0) } ? Double(size).map { "\($0)" } ?? size : size
  return "\(number) at \(place)"
}
