package import Chronology

/// Who did something, and when.
package struct Stamp: Sendable {
  package var time: Instant
  package var actor: String

  package init(time: Instant, actor: String) {
    self.time = time
    self.actor = actor
  }
}
