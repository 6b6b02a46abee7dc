/// What one of the leak checks found.
struct LeakRow: Equatable {
  enum Verdict: Equatable {
    case passed
    case failed
    /// Failed, and published all the same for the reason that somebody gave.
    case allowed(reason: String)
    /// Had nothing to look at.
    case skipped
  }

  var name: String
  var verdict: Verdict
  /// What was found, and in which columns.
  var words: String
}
