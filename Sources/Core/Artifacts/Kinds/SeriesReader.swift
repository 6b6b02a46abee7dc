package import Chronology

/// A `series` artifact that is read column by column, so that a series larger than memory can be worked on.
package struct SeriesReader: Sendable {
  package let entities: [String]
  package let columns: [Series.Column]
  package let interval: Interval
  package let calendar: Calendar
  package let source: String
  /// When each row's interval opens, ms since the epoch, [N].
  package let time: StoredArray<Int64>
  /// Entity e has the rows offsets[e]..<offsets[e + 1], [E + 1].
  package let offsets: [Int]
  package let gaps: [Series.Gap]
  /// The values, [N, C].
  private let values: StoredArray<Double>

  package init(_ artifact: Artifact) throws(ArtifactError) {
    _ = try artifact.expecting(.series)
    columns = try artifact.fact("columns") { $0.array?.compactMap(Series.Column.init(json:)) }
    entities = try artifact.fact("entities", \.strings)
    interval = try artifact.fact("interval") { $0.string.flatMap { Interval($0) } }
    calendar = try artifact.fact("calendar") { $0.string.flatMap(Calendar.init(rawValue:)) }
    source = try artifact.fact("source", \.string)
    time = try artifact.elements("time", shape: [nil]).elements
    offsets = try artifact.array("offsets", of: Int64.self, shape: [nil]).values.map { Int($0) }
    guard offsets.count == entities.count + 1, offsets.last == time.count else {
      throw .noFact(artifact: artifact.directory, name: "entities")
    }
    values = try artifact.elements("values", shape: [time.count, columns.count]).elements
    let counts = try artifact.fact("missingPerGap") { $0.array?.compactMap(\.integer) }
    let bounds = try artifact.array("gaps", of: Int64.self, shape: [counts.count, 3]).values
    gaps = counts.enumerated().map { index, count in
      Series.Gap(
        entity: Int(bounds[index * 3]), firstMissing: Instant(milliseconds: bounds[index * 3 + 1]),
        lastMissing: Instant(milliseconds: bounds[index * 3 + 2]), count: count)
    }
  }

  /// Some columns, [N] each; what was looked at for them is let go of at once.
  package func columns(_ wanted: [Int]) -> [[Double]] {
    let (rows, width) = (time.count, columns.count)
    var result = wanted.map { _ in [Double](repeating: 0, count: rows) }
    var first = 0
    while first < rows {
      let block = first..<min(first + 1 << 16, rows)
      for (index, column) in wanted.enumerated() {
        result[index].withUnsafeMutableBufferPointer { result in
          for row in block { result[row] = values.buffer[row * width + column] }
        }
      }
      values.letGo(of: (block.lowerBound * width)..<(block.upperBound * width))
      first = block.upperBound
    }
    return result
  }

  /// All columns of some rows, [n] each.
  package func columns(ofRows ranges: [Range<Int>]) -> [[Double]] {
    let width = columns.count
    defer { values.letGo(of: 0..<values.count) }
    return columns.indices.map { column in
      ranges.flatMap { range in range.map { values[$0 * width + column] } }
    }
  }
}
