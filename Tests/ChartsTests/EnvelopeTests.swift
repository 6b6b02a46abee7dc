@testable import Charts
import Testing

private let y = Axis(from: 0, to: 100, start: 100, end: 0)

private func envelope(_ values: [Double], breaks: [Int] = [], width: Double = 50) -> Envelope {
  Envelope(values, breaks: breaks, width: width, y: y) { Double($0) * width / Double(max(values.count, 1)) }
}

/// The heights that a path reaches.
private func heights(_ path: String) -> [Double] {
  path.split { "ML".contains($0) }.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
}

@Test(arguments: [[], [1], [1, 2], [1, 2, 3, 4]] as [[Double]])
func `Few points are all drawn`(values: [Double]) {
  #expect(envelope(values).pointCount == values.count)
}

@Test func `Many points are at most two a pixel`() {
  let values = (0..<100_000).map { Double($0 * 7919 % 101) }
  #expect((90...102).contains(envelope(values).pointCount))
}

@Test(arguments: [0, 1, 499, 5_000, 77_777, 99_998, 99_999])
func `A spike among a hundred thousand values is drawn`(place: Int) {
  var values = Array(repeating: 50.0, count: 100_000)
  values[place] = 97
  #expect(heights(envelope(values).path).min() == 3)
  values[place] = 2
  #expect(heights(envelope(values).path).max() == 98)
}

@Test func `Within a pixel the extremes are drawn in the order in which they came`() {
  let rising = (0..<1_000).map { Double($0) / 10 }
  let path = heights(envelope(rising).path)
  #expect(path == path.sorted(by: >))
}

@Test(
  arguments: [
    ([1, .nan, 2, 3], [], 1, 1), ([1, 2, .nan, 3, 4], [], 2, 0), ([1, .infinity, 2], [], 0, 2),
    ([1, 2, 3, 4], [2], 2, 0),
    ([1, 2, 3, 4], [1, 2, 3], 0, 4), ([.nan, .nan], [], 0, 0), ([1, 2], [0], 1, 0),
  ] as [([Double], [Int], Int, Int)])
func `A missing value and a break end a line, and a value between two is a dot`(
  values: [Double], breaks: [Int], lines: Int, dots: Int
) {
  let drawn = envelope(values, breaks: breaks)
  #expect(drawn.path.count { $0 == "M" } == lines && drawn.dots.count { $0 == "M" } == dots)
}

@Test func `A gap of many pixels breaks a line of many points, a single missing value does not`() {
  var values = (0..<10_000).map { Double($0 % 100) }
  values[5_000] = .nan
  #expect(envelope(values).path.count { $0 == "M" } == 1)
  for row in 4_000..<6_000 { values[row] = .nan }
  #expect(envelope(values).path.count { $0 == "M" } == 2)
}
