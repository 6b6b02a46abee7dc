/// All that can change a step's bytes, and the key that stands for it.
///
/// Not in it: paths, times, host, attempt, threads, the order of steps. The history of ``version``: 1, the first.
package struct StepKey: Equatable, Sendable {
  /// Raised when the meaning of a key changes, which makes every step stale once.
  package static let version = 1

  package var program: ProgramIdentity
  package var platform: [String: String]
  package var parameters: [String: JSON]
  package var inputs: [Manifest.Input]

  package init(
    program: ProgramIdentity, platform: [String: String], parameters: [String: JSON], inputs: [Manifest.Input]
  ) {
    self.program = program
    self.platform = platform
    self.parameters = parameters
    self.inputs = inputs
  }

  /// SHA-256 over the canonical JSON of the fields.
  package var digest: Digest {
    let contents = Dictionary(inputs.map { ($0.name, JSON.string($0.content.hex)) }) { first, _ in first }
    let fields: JSON = [
      "keyVersion": JSON(Self.version),
      "program": ["name": .string(program.name), "digest": .string(program.digest.hex)],
      "platform": .object(platform.mapValues(JSON.string)), "parameters": .object(parameters),
      "inputs": .object(contents),
    ]
    return Digest(of: fields.canonicalBytes)
  }

  /// The key of a result that also depends on what its program saw of the world: bars that a server sent, and what
  /// settings such as `until: latest-closed` came to.
  package func seeing(_ seen: [Manifest.Input], parameters settled: [String: JSON]) -> StepKey {
    precondition(seen.allSatisfy(\.isSeen), "what was seen names where it was seen")
    var key = self
    key.inputs += seen
    key.parameters.merge(settled) { $1 }
    return key
  }

  /// Whether a result was made with the same program, settings and inputs, whatever its program saw.
  package func matches(_ manifest: Manifest) -> Bool {
    var declared = self
    declared.inputs += manifest.inputs.filter(\.isSeen)
    return declared.digest == manifest.key
  }

  /// The name of the artifact's folder: the first 16 digits.
  package static func folder(of digest: Digest) -> String { String(digest.hex.prefix(16)) }
}
