import Artifacts
import Chronology
import HTTP
import Numerics
import TestSupport
import Testing

@testable import Market

private let start: Int64 = 1_704_067_200_000
private let minute: Int64 = 60_000

/// A source of minutes that answers by chance: pages of any length, gaps, and bars that it finds the second time.
private struct ChancySource {
  let random: RandomStream
  var draws = 0
  /// The minutes that there are, and those among them that are given out only when a gap is asked about.
  let there: [Bool]
  let late: [Bool]
  /// What was asked, in minutes.
  var asked: [Range<Int>] = []
  var reasked: [Range<Int>] = []

  init(seed: UInt64, minutes: Int) {
    let random = RandomStream(seed: seed, purpose: "bars")
    // Runs of presence and absence, some of them long.
    var isThere = true
    there = (0..<minutes).map { bar in
      if random.uniform(at: bar, from: 0, to: 1) < 0.1 { isThere.toggle() }
      return isThere
    }
    late = (0..<minutes).map { random.uniform(at: $0 + minutes, from: 0, to: 1) < 0.2 }
    self.random = RandomStream(seed: seed, purpose: "pages")
  }

  mutating func chance() -> Double {
    draws += 1
    return random.uniform(at: draws, from: 0, to: 1)
  }

  mutating func answer(to question: Question) -> Answer {
    let from = Int((question.range.lowerBound - start) / minute)
    let end = Int((question.range.upperBound - start) / minute)
    let limit = min(end, from + 1 + Int(chance() * 40))
    let isGap = question.purpose == .gap
    if isGap { reasked.append(from..<limit) } else { asked.append(from..<limit) }
    var page = CandlePage(columnCount: 9)
    for bar in from..<limit where there[bar] && (isGap || !late[bar]) {
      page.append(
        open: start + Int64(bar) * minute, values: Array(repeating: 1, count: 9),
        text: Array("1,1,1,1,1,1,1,1,1".utf8))
    }
    return .bars([page], covering: (start + Int64(from) * minute)..<(start + Int64(limit) * minute))
  }
}

@Test func `Every wanted bar is asked for exactly once, and every gap once more`() throws {
  let folder = TemporaryFolder()
  defer { withExtendedLifetime(folder) {} }
  let store = try CandleStore(in: folder.path)
  let sources = try ExchangeAccess(kind: .binance, bulk: .never).sources()
  let now = Instant(milliseconds: start + 10_000 * minute)
  for seed in 0..<12 {
    let name = SeriesName(origin: "test", symbol: "S\(seed)", interval: .milliseconds(minute))
    let series = try store.series(name, columns: BinanceColumns.all.map(\.name))
    var source = ChancySource(seed: UInt64(seed), minutes: 600)
    let revisionBars = seed % 4
    // The end is wanted first, then what lies before it, then all of it.
    let orders = [200..<300, 200..<(301 + seed * 7), 0..<600]
    for order in orders {
      let wanted = (start + Int64(order.lowerBound) * minute)..<(start + Int64(order.upperBound) * minute)
      let before = try store.ledger(of: series)
      (source.asked, source.reasked) = ([], [])
      var download = try SeriesDownload(
        series, wanted: wanted, from: store, sources: sources, revisionBars: revisionBars)
      while let question = download.nextQuestion(serverTime: now) {
        let next = try download.take(
          source.answer(to: question), to: question, in: store, now: 1)
        #expect(next == nil)
        try download.settle(in: store)
        // An interruption loses nothing: what is known is in the store.
        #expect(try store.ledger(of: series) == download.ledger)
        if source.chance() < 0.05 {
          download = try SeriesDownload(
            series, wanted: wanted, from: store, sources: sources, revisionBars: 0)
        }
      }
      try expectLaw(of: source, order, before: before, download, revisionBars: revisionBars)
    }
    let bars = try store.extent(of: series, in: 0..<Int64.max)?.count
    let missing = try store.ledger(of: series).missing.ranges.reduce(0) {
      $0 + Int(($1.upperBound - $1.lowerBound) / minute)
    }
    #expect(bars == 600 - missing)
    #expect(try store.examine(series).problems == [])
  }
}

private func expectLaw(
  of source: ChancySource, _ wanted: Range<Int>, before: SeriesLedger, _ download: SeriesDownload,
  revisionBars: Int
) throws {
  var questions = [Int](repeating: 0, count: 600)
  for range in source.asked { for bar in range { questions[bar] += 1 } }
  for range in source.reasked { for bar in range { questions[bar] += 1000 } }
  func isKnown(_ bar: Int, _ ranges: RangeSet<Int64>) -> Bool { ranges.contains(start + Int64(bar) * minute) }
  let repeated = wanted.count { isKnown($0, before.covered) && questions[$0] % 1000 > 0 }
  #expect(repeated <= revisionBars)
  let interior = download.interiorGaps
  let wrong = (0..<600).filter { bar in
    let (times, again) = (questions[bar] % 1000, questions[bar] / 1000)
    let isNew = wanted.contains(bar) && !isKnown(bar, before.covered)
    let mayBeAsked = isNew || isKnown(bar, before.covered)
    return (isNew && times != 1) || again > 1 || (questions[bar] > 0 && !mayBeAsked)
      || (isKnown(bar, interior) && !isKnown(bar, download.ledger.reasked))
  }
  #expect(wrong == [], "in \(wanted): \(wrong.map { "\($0): \(questions[$0])" })")
  #expect(download.isComplete && download.hasNothingToAsk)
}
