package import Chronology

/// Keeps the appointments of a timetable against a clock on the wall that may stop, as in sleep, or be set.
///
/// Everything is decided from what the clock shows when it is asked, never from how long something took.
package struct DueTimes: Sendable {
  package let timetable: Timetable
  /// The next time due.
  package private(set) var due: Instant
  /// What the clock showed when it was asked last.
  private var seen: Instant

  /// A clock that goes back by less than this is being corrected; by more, it was set.
  private static let correctionMilliseconds: Int64 = 60_000

  package init(_ timetable: Timetable, now: Instant) {
    self.timetable = timetable
    due = timetable.next(after: now)
    seen = now
  }

  /// Whether the time has come.
  ///
  /// A clock that was set back would otherwise have us wait for a time that was due by the wrong clock.
  package mutating func isDue(at now: Instant) -> Bool {
    if now.milliseconds < seen.milliseconds - Self.correctionMilliseconds { due = timetable.next(after: now) }
    seen = now
    return now >= due
  }

  /// Takes the next time due after the end of a run, and says how many were missed: those that came while nobody was
  /// awake, and those that came while it ran.
  ///
  /// `began` is when the run began; one that nothing was due for does not count as having kept an appointment.
  package mutating func finishRun(began: Instant, ended: Instant) -> Int {
    let missed = ended < due ? 0 : timetable.count(after: due, through: ended) + (began < due ? 1 : 0)
    // A clock that was corrected backwards meanwhile must not make the same time due twice.
    if began >= due || ended >= due { due = timetable.next(after: max(due, ended)) }
    if ended.milliseconds < began.milliseconds - Self.correctionMilliseconds {
      due = timetable.next(after: ended)
    }
    seen = ended
    return missed
  }
}
