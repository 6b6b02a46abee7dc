import Chronology
import Testing

@Test(arguments: ["1s", "15m", "1h", "4h", "1d", "1w", "1M", "3M", "90m"])
func `An interval is written as it is read`(text: String) {
  #expect(Interval(text)?.description == text)
}

@Test(arguments: ["", "h", "0h", "01h", "-1h", "1.5h", "1y", "1 h", "1H"])
func `What is no interval is refused`(text: String) {
  #expect(Interval(text) == nil)
}

@Test func `A month keeps the day or takes the month's last`() throws {
  let month = try #require(Interval("1M"))
  let january = Instant(year: 2024, month: 1, day: 31)
  #expect(
    (1...3).map { month.after(january, steps: $0).description } == [
      "2024-02-29T00:00:00Z", "2024-03-31T00:00:00Z", "2024-04-30T00:00:00Z",
    ])
  #expect(month.steps(from: january, to: Instant(year: 2024, month: 4, day: 30)) == 3)
  #expect(month.steps(from: january, to: Instant(year: 2024, month: 4, day: 29)) == nil)
}

@Test func `Steps count whole intervals only`() throws {
  let hour = try #require(Interval("1h"))
  let start = Instant(year: 2024, month: 1, day: 1)
  #expect(hour.steps(from: start, to: hour.after(start, steps: 25)) == 25)
  #expect(hour.steps(from: start, to: Instant(milliseconds: start.milliseconds + 1)) == nil)
}
