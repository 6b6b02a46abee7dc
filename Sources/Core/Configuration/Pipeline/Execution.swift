private import Artifacts
private import Chronology

/// How a step is to be run.
///
/// Nothing of it changes a byte of the result, so the step key counts none of it; the environment is the exception.
package struct Execution: Sendable, Equatable {
  /// After how many seconds the step is stopped, and has failed with exit code 124.
  package var timeoutSeconds: Double?
  /// How often it is tried again after it ended with exit code 75, «temporary».
  package var retries = 0
  /// How long to wait before the first of these; each further one waits twice as long, five minutes at most.
  package var retryWaitSeconds = 5.0
  /// What it takes of the pools declared at the head of the file.
  package var resources: [String: Int] = [:]
  /// How many threads it may use; nil leaves that to who runs it.
  package var threads: Int?
  /// Variables that the program gets from outside.
  ///
  /// Their values are counted in the step key.
  package var environment: [String] = []

  package init() {}

  init(_ fields: inout Fields) throws(ConfigurationError) {
    timeoutSeconds = try fields.seconds("timeout")
    if fields.isMapping("retries") {
      let wait = try fields.nested("retries") { inner throws(ConfigurationError) in
        (try inner.integer("times", in: 0...100), try inner.seconds("wait"))
      }
      retries = wait?.0 ?? 0
      retryWaitSeconds = wait?.1 ?? retryWaitSeconds
    } else if fields.has("retries") {
      retries = try fields.integer("retries", in: 0...100)
    }
    if fields.has("threads") { threads = try fields.integer("threads", in: 1...256) }
    resources = try Self.amounts("resources", &fields)
    environment = try Self.variables(&fields)
  }

  /// Seconds to wait before try number `attempt`, the second being 2.
  package func waitSeconds(beforeAttempt attempt: Int) -> Double {
    var seconds = retryWaitSeconds
    for _ in 2..<max(attempt, 2) { seconds = min(seconds * 2, 300) }
    return min(seconds, 300)
  }

  /// Names with a number each: the pools of the file, or what a step takes of them.
  static func amounts(_ name: String, _ fields: inout Fields) throws(ConfigurationError) -> [String: Int] {
    var amounts: [String: Int] = [:]
    for entry in try fields.entries(name) {
      guard ArtifactName.isValid(entry.key), case .scalar(let text, isPlain: true) = entry.value.content,
        let amount = Fields.integer(text), (1...1_000_000).contains(amount)
      else {
        throw .wrongValue(
          at: entry.keyPlace, setting: name, expected: "names of pools with a whole number from 1 each",
          found: "'\(entry.key)' and \(entry.value.kind)")
      }
      amounts[entry.key] = amount
    }
    return amounts
  }

  /// Names of environment variables.
  static func variables(_ fields: inout Fields) throws(ConfigurationError) -> [String] {
    let place = fields.place(of: "environment") ?? fields.place
    let names = try fields.texts("environment") ?? []
    for name in names where !StepEnvironment.isName(name) || StepEnvironment.isReserved(name) {
      throw .wrongValue(
        at: place, setting: "environment",
        expected: "names of variables that the programs do not set themselves", found: "'\(name)'")
    }
    return names.sorted()
  }
}
