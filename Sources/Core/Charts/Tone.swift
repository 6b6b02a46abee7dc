/// Which of a chart's parts a mark belongs to; tones differ in lightness or in form as well as in colour.
package enum Tone: String, Sendable, CaseIterable {
  case first, second, third
  /// What was cut out.
  case cut
  /// What was held back.
  case held
}
