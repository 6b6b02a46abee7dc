import Chronology
import Market
import Testing

private let grid = CandleGrid(.milliseconds(1000))

private func ledger(_ answers: [(opens: [Int64], range: Range<Int64>)]) -> SeriesLedger {
  var ledger = SeriesLedger()
  for answer in answers { ledger.enter(answer.opens, covering: answer.range, grid: grid) }
  return ledger
}

@Test(
  arguments: [
    ([], [0..<3000]),
    ([0], [1000..<3000]),
    ([1000], [0..<1000, 2000..<3000]),
    ([2000], [0..<2000]),
    ([0, 1000, 2000], []),
  ] as [([Int64], [Range<Int64>])])
func `What an answer does not hold is missing`(opens: [Int64], missing: [Range<Int64>]) {
  #expect(Array(ledger([(opens, 0..<3000)]).missing.ranges) == missing)
}

@Test func `An answer about what is covered already lists no new gap`() {
  let twice = ledger([([0, 1000, 2000], 0..<3000), ([], 1000..<4000)])
  #expect(Array(twice.missing.ranges) == [3000..<4000])
}

@Test func `Months and weeks are missing as their calendar has them`() {
  var ledger = SeriesLedger()
  let months = CandleGrid(.months(1))
  let starts = (1...4).map { Instant(year: 2024, month: $0, day: 1).milliseconds }
  ledger.enter([starts[0], starts[2]], covering: starts[0]..<starts[3], grid: months)
  #expect(Array(ledger.missing.ranges) == [starts[1]..<starts[2]])
}
