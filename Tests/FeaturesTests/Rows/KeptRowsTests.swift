import Features
import Testing

private let segments = [
  Segment(entity: 0, rows: 0..<10), Segment(entity: 0, rows: 10..<13), Segment(entity: 2, rows: 13..<30),
]

@Test(arguments: [0, 1, 3, 5])
func `Kept rows have places one after the other, and each leads back to its row`(warmup: Int) {
  let kept = KeptRows(segments, warmup: warmup, entityCount: 3)
  let rows = segments.flatMap { $0.rows.dropFirst(warmup) }
  #expect(kept.count == rows.count)
  for (place, row) in rows.enumerated() {
    #expect(kept.place(ofRow: row) == place)
    let found = kept.row(atPlace: place)
    #expect(found.row == row && kept.segments[found.segment].rows.contains(row))
  }
  let counts = [0, 1, 2].map { entity in
    segments.filter { $0.entity == entity }.reduce(0) { $0 + $1.rows.dropFirst(warmup).count }
  }
  #expect(kept.offsets == [0, counts[0], counts[0] + counts[1], rows.count])
}

@Test func `A run that is not longer than what is dropped is gone`() {
  #expect(KeptRows(segments, warmup: 3, entityCount: 3).segments.map(\.rows) == [3..<10, 16..<30])
  #expect(KeptRows(segments, warmup: 30, entityCount: 3).count == 0)
  #expect(KeptRows([], warmup: 0, entityCount: 1).offsets == [0, 0])
}
