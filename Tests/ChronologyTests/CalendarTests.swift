import Chronology
import Testing

private let day = Interval.milliseconds(86_400_000)

@Test func `Weekdays skip Saturday and Sunday`() {
  let friday = Instant(year: 2024, month: 1, day: 5)
  #expect(Calendar.weekdays.next(after: friday, by: day) == Instant(year: 2024, month: 1, day: 8))
  #expect(Calendar.weekdays.steps(from: friday, to: Instant(year: 2024, month: 1, day: 8), by: day) == 1)
}

@Test func `Weekdays over many weeks count five each`() {
  let monday = Instant(year: 2024, month: 1, day: 1)
  for length in 1...60 {
    let end = day.after(monday, steps: length)
    let counted = (1...length).count { day.after(monday, steps: $0).weekday <= 4 }
    #expect(Calendar.weekdays.steps(from: monday, to: end, by: day) == (end.weekday <= 4 ? counted : nil))
  }
}

@Test func `Nothing counts as missing where only the rows decide`() {
  let start = Instant(year: 2024, month: 1, day: 1)
  #expect(Calendar.observed.steps(from: start, to: day.after(start, steps: 9), by: day) == 1)
}
