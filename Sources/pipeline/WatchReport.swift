import Artifacts
import Chronology
import Numerics
import Orchestration
import StageKit

/// Tells what a watch does: one line a run, which says when the next one is.
struct WatchReport {
  let timetable: Timetable
  let isJSON: Bool

  func begin(next: Instant, now: Instant) {
    let seconds = Double(next.milliseconds - now.milliseconds) / 1000
    Console.note("watching \(timetable); next run at \(shown(next)), in \(Quantity.seconds(seconds))")
  }

  /// `next` is nil for a run that a signal ended, and the watch with it.
  func tell(_ run: WatchedRun, began: Instant, next: Instant?) throws {
    try Console.write(
      (isJSON ? json(run, began: began, next: next) : line(run, began: began, next: next)) + "\n")
  }

  private func line(_ run: WatchedRun, began: Instant, next: Instant?) -> String {
    var parts = [Self.words(for: run, isEnding: next == nil)]
    if run.missed > 0 {
      parts.append("\(DecimalNumber.grouped(run.missed)) due \(run.missed == 1 ? "time" : "times") missed")
    }
    parts.append(next.map { "next run at \(shown($0))" } ?? "the watch ends")
    return Console.harmless("\(shown(began))  \(parts.joined(separator: "; "))")
  }

  private static func words(for run: WatchedRun, isEnding: Bool) -> String {
    let counts = ["ran", "restored", "fresh"].map { ($0, run.steps($0).count) }.filter { $0.1 > 0 }
    let time = "\(DecimalNumber.fixed(run.seconds, places: 2)) s"
    let done = (counts.map { "\(DecimalNumber.grouped($0.1)) \($0.0)" } + [time]).joined(separator: ", ")
    if run.exitCode != 0, isEnding { return "interrupted (\(done))" }
    if run.exitCode != 0 {
      let names = run.failed.isEmpty ? "" : " in \(run.failed.joined(separator: ", "))"
      return "failed with exit code \(run.exitCode)\(names) (\(done))"
    }
    return counts.allSatisfy { $0.0 == "fresh" } ? "everything is fresh (\(done))" : done
  }

  private func json(_ run: WatchedRun, began: Instant, next: Instant?) -> String {
    var object = run.outcome?.object ?? [:]
    object["began"] = .string(began.description)
    object["next"] = next.map { .string($0.description) } ?? .null
    object["exit"] = JSON(Int(run.exitCode))
    object["missed"] = JSON(run.missed)
    object["seconds"] = .number((run.seconds * 1000).rounded() / 1000)
    return JSON.object(object).canonical
  }

  /// A time by the clock on the wall of the watch's time zone: `2026-10-25 02:30 CEST`.
  private func shown(_ instant: Instant) -> String {
    let whole = Instant(milliseconds: instant.milliseconds / 1000 * 1000)
    return timetable.zone.wallClock(at: whole).readable() + " " + timetable.zone.abbreviation(at: whole)
  }
}
