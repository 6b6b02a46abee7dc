import Chronology
import Testing

@testable import Artifacts

private func code(_ instant: Instant) -> [Float] {
  var code = [Float](repeating: 9, count: CalendarCode.width)
  CalendarCode.write(instant, to: &code)
  return code
}

private func near(_ a: [Float], _ b: [Double]) -> Bool {
  zip(a, b).allSatisfy { abs(Double($0) - $1) < 1e-6 }
}

@Test func `A code tells hour, weekday, day of the month and of the year as angles`() {
  // A Monday, the first of a year.
  let start = Instant(year: 2024, month: 1, day: 1)
  #expect(near(code(start), [0, 1, 0, 1, 0, 1, 0, 1]))
  // A quarter of a day later.
  #expect(near(code(Instant(milliseconds: start.milliseconds + 6 * 3_600_000)), [1, 0, 0, 1, 0, 1, 0, 1]))
  // The middle of a leap year's 366 days, a Tuesday and the second of July.
  let middle = code(Instant(year: 2024, month: 7, day: 2))
  #expect(near(Array(middle[6...]), [0, -1]))
  #expect(abs(middle[2] - 0.781_831_5) < 1e-6)
  // The middle of a month of 28 days.
  #expect(near(Array(code(Instant(year: 2023, month: 2, day: 15))[4...5]), [0, -1]))
}

@Test func `Codes follow time without jumps, whatever the length of months and years`() {
  var before = code(Instant(year: 2019, month: 12, day: 1))
  for day in 1..<500 {
    let now = code(
      Instant(milliseconds: Instant(year: 2019, month: 12, day: 1).milliseconds + Int64(day) * 86_400_000))
    for pair in stride(from: 2, to: 8, by: 2) {
      #expect(abs(now[pair] * now[pair] + now[pair + 1] * now[pair + 1] - 1) < 1e-6)
      let step = (now[pair] - before[pair]) * (now[pair] - before[pair])
      #expect(step < (pair == 2 ? 1 : pair == 4 ? 0.06 : 0.0004))
    }
    before = now
  }
}

@Test func `A bar that opens between minutes has a code too`() {
  let start = Instant(year: 2024, month: 3, day: 5)
  let whole = code(Instant(milliseconds: start.milliseconds + 60_000))
  let close = code(Instant(milliseconds: start.milliseconds + 60_001))
  #expect(abs(whole[0] - close[0]) < 1e-6 && whole[0] != close[0])
}
