/// A stretch of an axis that means something.
package struct Span: Sendable, Equatable {
  package var label: String
  package var tone: Tone
  /// Both ends in the unit of the axis: milliseconds since the epoch for times.
  package var from: Double
  package var until: Double

  package init(_ label: String, _ tone: Tone, from: Double, until: Double) {
    self.label = label
    self.tone = tone
    self.from = from
    self.until = until
  }
}
