/// The three parts of the past: fitted on, chosen by, and judged by.
package enum Split: String, Sendable, CaseIterable {
  case train, validation, test
}
