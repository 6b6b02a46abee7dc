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
      let object: JSON = [
        "program": .string(program), "version": .string(ProgramIdentity.productVersion),
        "manifestSchema": JSON(Manifest.schema), "keyVersion": JSON(StepKey.version),
      ]
      return object.canonical
    default: return nil
    }
  }
}
