import Artifacts
import Market
import TestSupport
import Testing

private func read(_ text: String) throws -> RawEntity {
  let folder = TemporaryFolder()
  let path = try folder.write(text, to: "k.json")
  return try KlinesSource(files: [.init(entity: "X", path: path)]).read().entities[0]
}

private func message(_ text: String) -> String {
  do {
    _ = try read(text)
    return ""
  } catch { return "\(error)" }
}

@Test(arguments: [
  "[[1704067200000,1,3,0.5,2,10],[1704070800000,2,4,1,3,11]]",
  " [ [ 1704067200000 , 1 , 3 , 0.5 , 2 , 10 ] ,\n [ 1704070800000 , 2 , 4 , 1 , 3 , 11 ] ] \n",
  "[[\"1704067200000\",\"1\",\"3.0\",\"0.50\",\"2\",\"10\"],[1704070800000000,\"2\",\"4\",\"1\",\"3\",\"11\"]]",
  "[[1704067200000,\"1\",\"3\",\"0.5\",\"2\",\"10\",1704070799999,\"5\",308,\"1\",\"2\",\"0\"],[1704070800,2,4,1,3,11]]",
])
func `Candles of six or twelve numbers, quoted or not, are read`(text: String) throws {
  let entity = try read(text)
  #expect(entity.time == [1_704_067_200_000, 1_704_070_800_000])
  #expect(entity.values == [1, 3, 0.5, 2, 10, 2, 4, 1, 3, 11])
}

@Test(arguments: [
  ("", "k.json is empty"), ("[]", "holds no candles"), ("{}", "k.json:1:1: a list of candles"),
  ("null", "k.json:1:1: a list of candles"),
  ("[[]]", "k.json:1:3: '' in column 'time' is no time"),
  ("[[1704067200000,1,3,0.5,2]]", "six or twelve numbers in a candle"),
  ("[[1704067200000,1,3,0.5,2,10,1,2,3,4,5]]", "six or twelve numbers in a candle"),
  ("[[1704067200000,1,3,0.5,2,10,1,2,3,4,5,6,7]]", "six or twelve numbers in a candle"),
  ("[[1704067200000,1,NaN,0.5,2,10]]", "k.json:1:19: 'NaN' in column 'high' is no finite decimal number"),
  ("[[\"today\",1,3,0.5,2,10]]", "is no time"),
  ("[[1704067200000,1,3,0.5,2,10]", "',' or ']' after a candle"),
  ("[[1704067200000,1,3,0.5,2,10]] x", "something follows the list"),
  ("[[1704067200000,1,\n3,null,2,10]]", "k.json:2:3: 'null' in column 'low'"),
  ("<html>", "k.json:1:1: a list of candles"),
])
func `JSON of the wrong shape is refused with its place`(text: String, expected: String) {
  #expect(message(text).contains(expected), "\(message(text))")
}
