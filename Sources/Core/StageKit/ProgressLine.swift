private import Numerics

/// Says how far long work has come: one line that renews itself on a terminal, a plain line now and then
/// elsewhere, and nothing at all for work that is done in a moment.
///
/// A class, because it guards that line.
package final class ProgressLine {
  private let isLive: Bool
  private var started = Clock.seconds
  private var lastShown: Double
  private var lastShare = 0.0
  private var isShown = false

  package init(isLive: Bool = Console.hasLiveStderr) {
    self.isLive = isLive
    lastShown = started
  }

  /// Shows `done` of `total` units of `work`, unless something was shown a moment ago.
  package func show(_ work: String, done: Int, of total: Int) {
    guard isDue else { return }
    let now = Clock.seconds
    lastShown = now
    let share = Double(done) / Double(max(total, 1))
    // Less is done than before: other work has begun, and what is left follows from its own pace.
    if share < lastShare { started = now }
    lastShare = share
    var line =
      "\(work): \(DecimalNumber.grouped(done)) of \(DecimalNumber.grouped(total)) (\(Int(share * 100)) %)"
    if share > 0.02 {
      let left = (now - started) * (1 - share) / share
      line += ", \(DecimalNumber.fixed(left, places: left < 10 ? 1 : 0)) s left"
    }
    if isLive {
      isShown = true
      Console.showLive(Array(("\r\u{1B}[K" + line).utf8))
    } else {
      Console.note(line)
    }
  }

  /// Shows words that are made only when they are shown.
  package func show(_ done: Int, of total: Int, _ words: () -> String) {
    guard isDue else { return }
    show(words(), done: done, of: total)
  }

  private var isDue: Bool { Clock.seconds - lastShown >= (isLive ? 0.1 : 5) }

  /// Clears the line; what follows begins on an empty one.
  package func finish() {
    guard isShown else { return }
    isShown = false
    Console.showLive(Array("\r\u{1B}[K".utf8))
  }
}
