import Chronology
import Orchestration
import Testing

private let hour: Int64 = 3_600_000
private let start = Instant(year: 2026, month: 5, day: 6)

private func after(_ hours: Double) -> Instant {
  Instant(milliseconds: start.milliseconds + Int64(hours * Double(hour)))
}

private func hourly(now: Instant) throws -> DueTimes {
  DueTimes(Timetable(.every(try #require(Interval("1h")))), now: now)
}

@Test func `A run that ends before the next due time misses none`() throws {
  var times = try hourly(now: after(0.5))
  let isEarly = times.isDue(at: after(0.999))
  #expect(!isEarly)
  let isDue = times.isDue(at: after(1))
  #expect(isDue)
  let missed = times.finishRun(began: after(1), ended: after(1.5))
  #expect(missed == 0)
  #expect(times.due == after(2))
}

@Test func `Times that come while a run goes on are missed, and the next after its end is taken`() throws {
  var times = try hourly(now: after(0.5))
  _ = times.isDue(at: after(1))
  let missed = times.finishRun(began: after(1), ended: after(3.5))
  #expect(missed == 2)
  #expect(times.due == after(4))
}

@Test func `After a sleep over several due times there is one run`() throws {
  var times = try hourly(now: after(0.5))
  let isDue = times.isDue(at: after(5.25))
  #expect(isDue)
  let missed = times.finishRun(began: after(5.25), ended: after(5.5))
  #expect(missed == 4)
  #expect(times.due == after(6))
  let isDueAgain = times.isDue(at: after(5.75))
  #expect(!isDueAgain)
}

@Test func `A run at once keeps no appointment, unless it runs into one`() throws {
  var times = try hourly(now: after(0.5))
  let missed = times.finishRun(began: after(0.5), ended: after(0.75))
  #expect(missed == 0)
  #expect(times.due == after(1))
  let missedThen = times.finishRun(began: after(0.8), ended: after(1.25))
  #expect(missedThen == 1)
  #expect(times.due == after(2))
}

@Test func `A clock that is set back by hours is followed`() throws {
  var times = try hourly(now: after(10.5))
  var isDue = times.isDue(at: after(3.5))
  #expect(!isDue && times.due == after(4))
  isDue = times.isDue(at: after(4))
  #expect(isDue)
  let missed = times.finishRun(began: after(4), ended: after(1.25))
  #expect(missed == 0)
  #expect(times.due == after(2))
}

@Test func `A clock that is corrected by a second does not run the same time twice`() throws {
  var times = try hourly(now: after(0.5))
  _ = times.isDue(at: after(1))
  _ = times.finishRun(began: after(1), ended: Instant(milliseconds: after(1).milliseconds - 1000))
  #expect(times.due == after(2))
  let isDue = times.isDue(at: after(1))
  #expect(!isDue)
}
