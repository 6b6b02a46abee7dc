import Chronology
import Testing

@Test(arguments: [
  ("2018-06-26T20:00:00Z", 1_530_043_200_000 as Int64), ("2018-06-26 20:00:00", 1_530_043_200_000),
  ("2018-06-26 20:00", 1_530_043_200_000), ("2018-06-26T22:00:00+02:00", 1_530_043_200_000),
  ("2018-06-26T20:00:00.125Z", 1_530_043_200_125), ("2016-02-29", 1_456_704_000_000),
  ("1969-12-31T23:59:59Z", -1000),
  ("0001-01-01T00:00:00Z", -62_135_596_800_000),
])
func `A time is read in the forms that files use`(text: String, milliseconds: Int64) {
  #expect(Instant(parsing: text)?.milliseconds == milliseconds)
}

@Test(
  arguments: [1_735_689_600, 1_735_689_600_000, 1_735_689_600_000_000, 1_735_689_600_000_000_000] as [Int64])
func `Seconds, milliseconds, microseconds and nanoseconds are told apart by size`(epoch: Int64) {
  #expect(Instant(epoch: epoch).milliseconds == 1_735_689_600_000)
  #expect(Instant(parsing: "\(epoch)")?.milliseconds == 1_735_689_600_000)
}

@Test(arguments: [
  "", "today", "2018-06-26T24:00:00Z", "2018-02-29", "2018-13-01", "2018-6-26", "2018-06-26T20:00:60Z",
  "2018-06-26T20:00:00+15:00", "2018-06-26T20:00:00Z ", "12.5", "99999999999999999999", "2018-06-26T", "-",
])
func `What is no time is refused`(text: String) {
  #expect(Instant(parsing: text) == nil)
}

@Test func `A time without an offset is read in the zone that was named`() {
  #expect(
    Instant(parsing: "2018-06-26 20:00", offsetMinutes: 120) == Instant(parsing: "2018-06-26T18:00:00Z"))
}

@Test func `What is written is read back`() {
  for milliseconds in stride(
    from: Instant.representable.lowerBound, to: 253_402_300_799_999, by: 86_400_000 * 997 + 12_345)
  {
    let instant = Instant(milliseconds: milliseconds)
    #expect(Instant(parsing: instant.description) == instant)
  }
}

@Test func `Every day of four centuries is its own number`() {
  for day in -146_097...146_097 {
    let date = CivilDate(daysSinceEpoch: day)
    #expect(date.isValid && date.daysSinceEpoch == day)
  }
}

@Test func `Weekdays count from Monday`() {
  #expect(Instant(year: 1970, month: 1, day: 1).weekday == 3)
  #expect(Instant(year: 2024, month: 1, day: 1).weekday == 0)
  #expect(Instant(year: 1969, month: 12, day: 28).weekday == 6)
}
