import LocalExchange
import Testing

@Test func `A bar never changes`() {
  // Written down once: data that was served by one version must be found again by the next.
  let bar = SeededBars(seed: 7).bar(symbol: "BTCUSDT", interval: .hour, open: newYear2024)
  let cells = [
    "1704067200000", "26381.63000000", "26381.98000000", "26009.24000000", "26024.42000000", "0.44394404",
    "1704070799999", "11632.67677873", "45", "0.17982013", "4711.83136189", "0",
  ]
  #expect(bar.cells == cells)
  #expect(bar == SeededBars(seed: 7).series(of: "BTCUSDT", .hour).bar(open: newYear2024))
}

@Test func `Seed, symbol, interval and time each make another bar`() {
  let bar = SeededBars(seed: 7).bar(symbol: "BTCUSDT", interval: .hour, open: newYear2024)
  let others = [
    SeededBars(seed: 8).bar(symbol: "BTCUSDT", interval: .hour, open: newYear2024),
    SeededBars(seed: 7).bar(symbol: "ETHUSDT", interval: .hour, open: newYear2024),
    SeededBars(seed: 7).bar(symbol: "BTCUSDT", interval: .day, open: newYear2024),
    SeededBars(seed: 7).bar(symbol: "BTCUSDT", interval: .hour, open: newYear2024 + oneHour),
  ]
  for other in others {
    #expect(other.volume != bar.volume)
    #expect(other.open != bar.open)
  }
}

@Test(arguments: ["BTCUSDT", "ETHBTC", "AAA", "DOGEUSDT", "XRPUSDT", "é"], BarGrid.binanceNames)
func `Every bar is one that a market could have made`(symbol: String, name: String) throws {
  let series = SeededBars(seed: 3).series(of: symbol, try #require(BarGrid(name)))
  var open = series.grid.open(atOrBefore: time("2017-08-17T04:00:00Z"))
  for _ in 0..<600 {
    let bar = series.bar(open: open)
    #expect(bar.low > 0 && bar.low <= min(bar.open, bar.close))
    #expect(bar.high >= max(bar.open, bar.close))
    #expect(bar.volume >= 0 && bar.takerVolume <= bar.volume && bar.takerQuoteVolume <= bar.quoteVolume)
    #expect((bar.volume == 0) == (bar.trades == 0))
    // A double holds every price and volume exactly.
    #expect(max(bar.high, bar.volume) < 1 << 53)
    open = bar.endTime
  }
}

@Test func `A quiet minute has a bar without volume`() {
  let series = SeededBars(seed: 7).series(of: "BTCUSDT", .minute)
  let quiet = (0..<10_000).map { series.bar(open: newYear2024 + $0 * 60_000) }.filter { $0.volume == 0 }
  #expect((10...100).contains(quiet.count))
  #expect(quiet.allSatisfy { $0.open == $0.close && $0.high == $0.low && $0.open == $0.high })
}

@Test func `An unfinished bar holds less than it will`() {
  let series = SeededBars(seed: 7).series(of: "BTCUSDT", .hour)
  let final = series.bar(open: newYear2024)
  for minute in Int64(0)..<60 {
    let bar = series.bar(open: newYear2024, now: newYear2024 + minute * 60_000)
    #expect(bar.volume < final.volume && bar.trades < final.trades && bar.open == final.open)
    #expect(bar.high <= final.high && bar.low >= final.low)
    #expect(bar.high >= max(bar.open, bar.close) && bar.low <= min(bar.open, bar.close))
  }
  #expect(series.bar(open: newYear2024, now: newYear2024 + oneHour) == final)
}

@Test(arguments: [
  (0, "0.00000000"), (1, "0.00000001"), (1_634_790, "0.01634790"), (100_000_000, "1.00000000"),
  (14_897_611_427_815, "148976.11427815"),
])
func `Units are written with eight decimals`(units: Int64, text: String) {
  #expect(ServedBar.text(units) == text)
  #expect(ServedBar.number(units) == Double(text))
}
