private import Artifacts

/// What a program answers when it is asked for its version: all that programs must agree on to work together.
enum ProgramVersion {
  /// The answer, when `arguments` ask for nothing else; on one line, or as JSON.
  static func answer(to arguments: [String], program: String) -> String? {
    switch arguments {
    case ["--version"]:
      return "\(program) \(ProgramIdentity.productVersion), manifest schema \(Manifest.schema), key version "
        + "\(StepKey.version)"
    case ["--version", "--json"]:
      let members = ProgramIdentity.agreement.merging(["program": .string(program)]) { $1 }
      return JSON.object(members).canonical
    default: return nil
    }
  }
}
