import Chronology
import Evaluation
import Tensors
import Testing

/// Two columns, one that counts up from 0 and one that counts down from 100.
private let levels: [Double] = (0..<20).flatMap { [Double($0), Double(100 - $0)] }

private func forecast(_ baseline: Baseline, lookback: Int = 6, start: Int = 1, horizon: Int = 5)
  -> [[Double]]
{
  let panel = levels.withUnsafeBufferPointer {
    baseline.forecast(
      from: [9, 12][...], in: $0, columns: 2, lookback: lookback, start: start, horizon: horizon)
  }
  return (0..<2).flatMap { window in
    (0..<2).map { column in (0..<horizon).map { panel.values[(window * horizon + $0) * 2 + column] } }
  }
}

@Test func `Repeat says the last value`() {
  #expect(
    forecast(.repeat) == [
      [9, 9, 9, 9, 9], [91, 91, 91, 91, 91], [12, 12, 12, 12, 12], [88, 88, 88, 88, 88],
    ])
}

@Test func `Seasonal repeat says the value of the same place in the last season`() {
  #expect(forecast(.seasonalRepeat(season: 3))[0] == [7, 8, 9, 7, 8])
  #expect(forecast(.seasonalRepeat(season: 1)) == forecast(.repeat))
}

@Test func `Drift goes on along the line of the window`() {
  #expect(forecast(.drift)[0] == [10, 11, 12, 13, 14])
  #expect(forecast(.drift)[1] == [90, 89, 88, 87, 86])
}

@Test func `A forecast that begins later leaves out what it would have said before`() {
  #expect(forecast(.drift, start: 3)[0] == [12, 13, 14, 15, 16])
  #expect(forecast(.seasonalRepeat(season: 3), start: 3)[0] == [9, 7, 8, 9, 7])
  #expect(forecast(.repeat, start: 3) == forecast(.repeat))
}

@Test func `Mean says the mean of the window`() {
  #expect(forecast(.mean)[0] == [6.5, 6.5, 6.5, 6.5, 6.5])
}

@Test func `A baseline is offered only where the window allows it`() {
  #expect(
    Baseline.all(season: 24, lookback: 168).map(\.name) == ["repeat", "seasonal-repeat", "drift", "mean"])
  #expect(Baseline.all(season: 24, lookback: 10).map(\.name) == ["repeat", "drift", "mean"])
  #expect(Baseline.all(season: nil, lookback: 1).map(\.name) == ["repeat", "mean"])
  #expect(Baseline.all(ofLabelsWith: [[], []]).map(\.name) == ["repeat", "mean"])
  #expect(Baseline.all(ofLabelsWith: [["down", "up"]]).map(\.name) == ["mean"])
}

@Test func `A baseline is found by its name`() {
  for baseline in Baseline.all(season: 24, lookback: 168) {
    #expect(Baseline(named: baseline.name, season: 24) == baseline)
  }
  #expect(Baseline(named: "seasonal-repeat", season: nil) == nil)
  #expect(Baseline(named: "naive", season: 24) == nil)
}

@Test(
  arguments: [
    ("1h", 24), ("15m", 96), ("4h", 6), ("1d", 7), ("1w", 52), ("1M", 12), ("3M", 4), ("7h", nil),
    ("2d", nil),
  ] as [(String, Int?)])
func `The season follows from the interval`(interval: String, bars: Int?) throws {
  #expect(Season.bars(of: try #require(Interval(interval)), calendar: .continuous) == bars)
}
