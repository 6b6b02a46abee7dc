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

  package let check: Check
  package let isPassed: Bool
  /// What was measured or found, in words, with the features' names.
  package let words: String

  package init(_ check: Check, isPassed: Bool, _ words: String) {
    self.check = check
    self.isPassed = isPassed
    self.words = words
  }

  package var json: JSON {
    ["check": .string(check.rawValue), "isPassed": .bool(isPassed), "words": .string(words)]
  }

  package init?(json: JSON) {
    guard let check = json["check"]?.string.flatMap(Check.init(rawValue:)),
      let isPassed = json["isPassed"]?.bool,
      let words = json["words"]?.string
    else { return nil }
    self.init(check, isPassed: isPassed, words)
  }
}
