import Artifacts
import Chronology
import Market
import TestSupport
import Testing

private let rules = SeriesRules(
  source: "klines-json", interval: .milliseconds(3_600_000), calendar: .continuous)

private func read(_ text: String, columns: [String]? = nil) throws -> Series {
  let folder = TemporaryFolder()
  let path = try folder.write(text, to: "k.json")
  return try assembled(KlinesSource(files: [.init(entity: "X", path: path)], columns: columns), rules).series
}

private func message(_ text: String, columns: [String]? = nil) -> String {
  do {
    _ = try read(text, columns: columns)
    return ""
  } catch { return "\(error)" }
}

@Test(arguments: [
  "[[1704067200000,1,3,0.5,2,10],[1704070800000,2,4,1,3,11]]",
  " [ [ 1704067200000 , 1 , 3 , 0.5 , 2 , 10 ] ,\n [ 1704070800000 , 2 , 4 , 1 , 3 , 11 ] ] \n",
  "[[\"1704067200000\",\"1\",\"3.0\",\"0.50\",\"2\",\"10\"],[1704070800000000,\"2\",\"4\",\"1\",\"3\",\"11\"]]",
])
func `Candles of six numbers, quoted or not, are read`(text: String) throws {
  let series = try read(text)
  #expect(series.time == [1_704_067_200_000, 1_704_070_800_000])
  #expect(series.values == [1, 3, 0.5, 2, 10, 2, 4, 1, 3, 11])
}

private let twelve = """
  [[1704067200000,"1","3","0.5","2","10",1704070799999,"5",308,"1","2","0"],
   [1704070800,2,4,1,3,11,1704074399999,6,309,3,4,0]]
  """

@Test func `Candles of twelve numbers give all their amounts, or those that are chosen`() throws {
  let series = try read(twelve)
  #expect(
    series.columns.map(\.name) == [
      "open", "high", "low", "close", "volume", "quote_volume", "trades", "taker_buy_volume",
      "taker_buy_quote_volume",
    ])
  #expect(series.columns[5].unit == "quote currency" && series.columns[7].unit == "base units")
  #expect(series.values == [1, 3, 0.5, 2, 10, 5, 308, 1, 2, 2, 4, 1, 3, 11, 6, 309, 3, 4])
  #expect(try read(twelve, columns: ["trades", "close"]).values == [308, 2, 309, 3])
  #expect(message(twelve, columns: ["rsi"]).contains("there is no column 'rsi'"))
}

private let objects = """
  [{"date":"2024-01-01T00:00:00+00:00","open":1,"high":3.0,"low":0.5,"close":2,"volumeNotional":20.5,"rsi":"55.5"},
   {"open":2,"date":"2024-01-01T01:00:00+00:00","high":4,"low":1,"close":3,"volumeNotional":33,"rsi":60}]
  """

@Test(arguments: [
  objects, "[{\"ticker\":\"btcusd\",\"note\":\"a\\\"b\",\"priceData\":\(objects),\"baseCurrency\":\"btc\"}]",
])
func `Arrays of objects give a column for each field, nested as Tiingo nests them or not`(text: String) throws
{
  let series = try read(text)
  #expect(series.columns.map(\.name) == ["open", "high", "low", "close", "volumeNotional", "rsi"])
  #expect(series.time == [1_704_067_200_000, 1_704_070_800_000])
  #expect(series.values == [1, 3, 0.5, 2, 20.5, 55.5, 2, 4, 1, 3, 33, 60])
  #expect(try read(text, columns: ["rsi", "open"]).values == [55.5, 1, 60, 2])
}

@Test func `Text fields do not matter when others are chosen`() throws {
  let text =
    "[{\"time\":1704067200,\"x\":1,\"who\":\"a,}\",\"ok\":true},{\"time\":1704070800,\"x\":2,\"who\":null,\"ok\":false}]"
  #expect(try read(text, columns: ["x"]).values == [1, 2])
  #expect(message(text).contains("in column 'who' is no finite decimal number"))
}

@Test func `A file longer than the window is read, and its places are right`() throws {
  let rows = (0..<130_000).map { "[\(1_704_067_200 + $0 * 3600),1,3,0.5,2,\($0)]" }
  let series = try read("[" + rows.joined(separator: ",\n  ") + "]")
  #expect(series.rowCount == 130_000 && series.values[129_999 * 5 + 4] == 129_999)
  var bad = rows
  bad[120_000] = "[1704067200,1,x,0.5,2,3]"
  #expect(
    message("[" + bad.joined(separator: ",\n  ") + "]").contains("k.json:120001:17: 'x' in column 'high'"))
  bad[120_000] = "[\(1_704_067_200 + 120_000 * 3600),1,3,0.5,-2,3]"
  #expect(
    message("[" + bad.joined(separator: ",\n  ") + "]").contains("k.json, candle 120001: the price -2.0"))
  bad = rows
  bad[120_000] = "[\(1_704_067_201 + 120_000 * 3600),1,3,0.5,2,3]"
  #expect(message("[" + bad.joined(separator: ",\n  ") + "]").contains("k.json, candle 120001: "))
}

@Test(arguments: [
  ("", "k.json is empty"), ("[]", "holds no candles"), ("{}", "k.json:1:1: a list of candles"),
  ("null", "k.json:1:1: a list of candles"),
  ("[[]]", "k.json:1:3: '' in column 'time' is no time"),
  ("[[1704067200000,1,3,0.5,2]]", "six or twelve numbers in a candle"),
  ("[[1704067200000,1,3,0.5,2,10,1,2,3,4,5]]", "six or twelve numbers in a candle"),
  ("[[1704067200000,1,3,0.5,2,10,1,2,3,4,5,6,7]]", "six or twelve numbers in a candle"),
  (
    "[[1704067200000,1,3,0.5,2,10,1,2,3,4,5,6],[1704070800000,1,3,0.5,2,10]]",
    "as many numbers as in the first"
  ),
  ("[[1704067200000,1,NaN,0.5,2,10]]", "k.json:1:19: 'NaN' in column 'high' is no finite decimal number"),
  ("[[\"today\",1,3,0.5,2,10]]", "is no time"),
  ("[[1704067200000,1,3,0.5,2,10]", "',' or ']' after a candle"),
  ("[[1704067200000,1,3,0.5,2,10]] x", "something follows the list"),
  ("[[1704067200000,1,\n3,null,2,10]]", "k.json:2:3: 'null' in column 'low'"),
  ("<html>", "k.json:1:1: a list of candles"), ("[{}]", "a name in quotes is expected"),
  ("[{\"open\":1}]", "the fields have neither 'date' nor 'time': open"),
  ("[{\"date\":\"x\",\"open\":1}]", "k.json:1:10: '\"x\"' in column 'date' is no time"),
  ("[{\"time\":1704067200}]", "no field besides its time"),
  ("[{\"time\":1704067200,\"a\":1,\"a\":2}]", "k.json:1:27: a field stands twice"),
  ("[{\"time\":1704067200,\"a\":1},{\"time\":1704070800}]", "k.json:1:46: the field 'a' is missing"),
  (
    "[{\"time\":1704067200,\"a\":1},{\"time\":1704070800,\"b\":1}]",
    "k.json:1:47: the field 'b' is not in the first"
  ),
  (
    "[{\"time\":1704067200,\"a\":1},{\"time\":1704070800,\"a\":1,\"a\":1}]",
    "k.json:1:53: a field stands twice"
  ),
  ("[{\"time\":1704067200,\"a\":null}]", "k.json:1:25: 'null' in column 'a'"),
  ("[{\"time\":1704067200,\"a\":[1]}]", "k.json:1:25: a number or a text is expected"),
  ("[{\"ticker\":\"a\",\"priceData\":[]}]", "holds no candles"),
  ("[{\"priceData\":[{\"date\":\"2024-01-01\",\"x\":1}]},{\"priceData\":[]}]", "a second ticker"),
  ("[{\"date\":\"2024-01-01\",\"x\":1", "',' or '}' after a field"),
  ("[{\"date\":\"2024-01-01", "a text is opened and never closed"),
])
func `JSON of the wrong shape is refused with its place`(text: String, expected: String) {
  #expect(message(text).contains(expected), "\(message(text))")
}

@Test(arguments: [
  String(repeating: "[", count: 1_000_000), String(repeating: "{\"a\":", count: 1_000_000),
  "[[1704067200000," + String(repeating: " ", count: 6 << 20) + "1,3,0.5,2,10]]",
  "[{\"" + String(repeating: "x", count: 6 << 20) + "\":1}]",
])
func `JSON without measure is refused in a moment`(text: String) {
  let clock = ContinuousClock()
  let taken = clock.measure { #expect(!message(text).isEmpty) }
  #expect(taken < .seconds(1))
}

@Test func `Blanks between candles have no limit`() throws {
  let blanks = String(repeating: " \n", count: 5 << 20)
  let text =
    "[\(blanks)[1704067200000,1,3,0.5,2,10]\(blanks),\(blanks)[1704070800000,2,4,1,3,11]\(blanks)]\(blanks)"
  #expect(try read(text).rowCount == 2)
}
