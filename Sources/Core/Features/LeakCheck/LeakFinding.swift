package import Artifacts

/// What one part of the leak check found.
package struct LeakFinding: Sendable, Equatable {
  package enum Check: String, Sendable, CaseIterable {
    /// Features made anew with the future deleted are the same.
    case truncation
    /// Labels look no further than a split purges.
    case span
    /// Windows are scaled and filtered by their inputs alone.
    case window
    /// What transforms learn does not change with validation and test.
    case scaler
    /// A model that learnt shuffled labels scores at chance.
    case shuffle = "shuffled-labels"
    /// No feature alone tells the date across entities.
    case identity = "time-identity"
    /// Windows are divided by time, not at random.
    case split
  }

  package enum Verdict: String, Sendable {
    case passed, failed
    /// There was nothing to look at.
    case skipped
  }

  package let check: Check
  package let verdict: Verdict
  /// What was measured or found, in words, with the features' names; of a check that was skipped, why.
  package let words: String

  package init(_ check: Check, _ verdict: Verdict, _ words: String) {
    self.check = check
    self.verdict = verdict
    self.words = words
  }

  package init(_ check: Check, isPassed: Bool, _ words: String) {
    self.init(check, isPassed ? .passed : .failed, words)
  }

  package var json: JSON {
    ["check": .string(check.rawValue), "verdict": .string(verdict.rawValue), "words": .string(words)]
  }
}
