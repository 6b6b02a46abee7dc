import Orchestration
import Testing

@Test(arguments: [
  (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"),
  (1_234_567_890, "1.2 GB"),
])
func `Bytes have a unit that leaves few digits`(count: Int, words: String) {
  #expect(Quantity.bytes(count) == words)
}

@Test(arguments: [
  (0.0, "0 ms"), (0.9994, "999 ms"), (0.9996, "1.0 s"), (59.94, "59.9 s"), (59.96, "1 min"),
  (320, "5 min 20 s"), (3600, "1 h"), (11_100, "3 h 5 min"), (1_051_200, "12 d 4 h"), (-1, "?"), (.nan, "?"),
])
func `Spans of time are said in their two largest units`(seconds: Double, words: String) {
  #expect(Quantity.seconds(seconds) == words)
}

@Test(
  arguments: [
    ("0", 0), ("90s", 90), ("30m", 1800), ("12h", 43_200), ("7d", 604_800), ("2w", 1_209_600), ("7", nil),
    ("d", nil), ("-1d", nil), ("1.5d", nil), ("٣d", nil), ("9999999999d", nil), ("", nil),
  ] as [(String, Int?)])
func `Ages are whole numbers with a unit`(text: String, seconds: Int?) {
  #expect(Quantity.parseSeconds(text) == seconds)
}

@Test func `Columns are aligned, numbers on the right, and no line ends in a blank`() {
  var table = TextTable([.left, .right, .left])
  table.add(["a", "1", "x"])
  table.add(["bcd", "23", ""])
  #expect(table.text(indent: "  ") == "  a     1  x\n  bcd  23\n")
  #expect(TextTable([.left]).text() == "")
}
