import Artifacts
import Chronology
import Orchestration
import StageKit

/// Starts runs at their due times, one after the other, until a signal comes.
struct Watcher {
  private let invocation: Invocation
  private let report: WatchReport
  private let wait: InterruptibleWait

  /// The clock on the wall is looked at this often: sleep and changes of the clock end no wait.
  private static let longestWaitSeconds = 1.0

  init(invocation: Invocation, report: WatchReport) throws {
    self.invocation = invocation
    self.report = report
    wait = try InterruptibleWait()
  }

  /// Keeps watch, and gives the exit code with which the program ends.
  func keepWatch(beginningNow: Bool) throws -> Int32 {
    // The first and any further signal go to the run, which knows what to do about each.
    Interruption.watch { [wait] number in
      wait.end(by: number)
      ChildProcesses.forward(signal: number)
    }
    var times = DueTimes(report.timetable, now: Clock.now)
    if !beginningNow {
      report.begin(next: times.due, now: Clock.now)
      waitUntilDue(&times)
    }
    var isFirst = true
    while wait.received == nil {
      let began = Clock.now
      var result = run()
      result.missed = times.finishRun(began: began, ended: Clock.now)
      try report.tell(result, began: began, next: wait.received == nil ? times.due : nil)
      if isFirst, result.exitCode == ExitStatus.usage.rawValue { return result.exitCode }
      isFirst = false
      waitUntilDue(&times)
    }
    return wait.received.map(Interruption.exitCode) ?? 0
  }

  private func waitUntilDue(_ times: inout DueTimes) {
    while wait.received == nil {
      let now = Clock.now
      if times.isDue(at: now) { return }
      let seconds = Double(times.due.milliseconds - now.milliseconds) / 1000
      wait.wait(seconds: min(seconds, Self.longestWaitSeconds))
    }
  }

  /// One run from its beginning to its end; one that cannot even begin has failed like any other.
  private func run() -> WatchedRun {
    let children = ChildProcesses()
    let started = Clock.seconds
    var output: [UInt8] = []
    do {
      let child = try children.start(invocation)
      // A signal that came before the child was there has to be handed on here.
      if let number = wait.received { children.signal(child, number) }
      while true {
        for event in try children.events(withinSeconds: nil) {
          switch event {
          case .wrote(_, let piece) where piece.stream == .output: output += piece.bytes
          case .wrote(_, let piece): Console.showLive(piece.bytes)
          case .ended(_, let code):
            return WatchedRun(
              exitCode: code, outcome: try? JSON(parsing: output), seconds: Clock.seconds - started)
          }
        }
      }
    } catch {
      Console.note("error: \(error)")
      let status = (error as? any Failure)?.exitStatus ?? .ourBug
      return WatchedRun(exitCode: status.rawValue, outcome: nil, seconds: Clock.seconds - started)
    }
  }
}

/// What came of one run of a watch.
struct WatchedRun {
  var exitCode: Int32
  /// What the run printed; nil when it did not get that far.
  var outcome: JSON?
  var seconds: Double
  /// How many due times went by without a run of their own.
  var missed = 0

  func steps(_ name: String) -> [String] { outcome?[name]?.strings ?? [] }

  var failed: [String] { outcome?["failed"]?.array?.compactMap { $0["step"]?.string } ?? [] }
}
