import HTTP
import Testing

struct RetryAfterTests {
  /// 1994-11-06T08:49:37Z.
  static let now: Int64 = 784_111_777_000

  @Test(
    arguments: [
      ("0", 0), ("30", 30), (" 30\r\n", 30), ("007", 7), ("259200", 259_200), ("259201", 259_200),
      ("1000000000000", 259_200), ("9999999999999999999999999999999999999999999", 259_200),
      ("Sun, 06 Nov 1994 08:49:37 GMT", 0), ("Sun, 06 Nov 1994 08:50:07 GMT", 30),
      ("Sun, 06 Nov 1994 08:49:36 GMT", 0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
      ("Mon, 07 Nov 1994 00:00:00 GMT", 54_623), ("Fri, 31 Dec 9999 23:59:60 GMT", 259_200),
    ] as [(String, Double)])
  func `Seconds and dates are read`(text: String, seconds: Double) {
    #expect(RetryAfter.parse(text, now: Self.now) == seconds)
  }

  @Test(arguments: [
    "", " ", "-1", "-30", "+30", "1.5", "1e3", "0x10", "30 s", "3 0", "soon", "٣", "NaN", "inf",
    "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 +0000",
    "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT",
    "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 0000 08:49:37 GMT",
    "Sun, +6 Nov 1994 08:49:37 GMT", "Son, 06 Nov 1994 08:49:37 GMT", "Sun,  06 Nov 1994 08:49:37 GMT",
  ])
  func `Anything else is no time`(text: String) {
    #expect(RetryAfter.parse(text, now: Self.now) == nil)
  }
}
