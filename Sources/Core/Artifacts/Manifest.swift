/// What an artifact says of itself: what made it from what, and the digest of every file in it.
///
/// Schema history: 1, the first.
package struct Manifest: Equatable, Sendable {
  /// The only schema that this build writes and reads.
  package static let schema = 1

  package var kind: Kind
  package var step: String
  /// The full step key, 64 hexadecimal digits.
  package var key: Digest
  package var program: ProgramIdentity
  /// Declared facts of the platform that change bytes, such as the family of the matrix kernels.
  package var platform: [String: String]
  /// The step's configuration after defaults.
  package var parameters: [String: JSON]
  package var inputs: [Input]
  package var arrays: [ArrayEntry]
  package var files: [FileEntry]
  package var facts: [String: JSON]
  package var metrics: [String: Double]

  /// What a step hands on; artifacts/README.md names the arrays and facts of each.
  package enum Kind: String, Sendable, CaseIterable {
    case series, windows, model, verdict, forecast
  }

  /// An artifact, an outside file, or what the program saw of the world, that went into this one.
  package struct Input: Equatable, Sendable {
    /// The logical name: the key under `reads`, or the setting that names a file.
    package var name: String
    /// The kind of artifact; nil for a file from outside.
    package var kind: Kind?
    /// The step, the registry entry, or the server that it came from; nil for a file from outside.
    package var source: String?
    /// The SHA-256 of its manifest, or of the outside file.
    package var digest: Digest
    /// What the step key counts: the digest of what a reader can see of it.
    package var content: Digest

    /// Whether it is what the program saw of the world while it ran, which nobody could know before.
    package var isSeen: Bool { kind == nil && source != nil }

    package init(name: String, kind: Kind?, source: String?, digest: Digest, content: Digest) {
      self.name = name
      self.kind = kind
      self.source = source
      self.digest = digest
      self.content = content
    }
  }

  package struct ArrayEntry: Equatable, Sendable {
    package var name: String
    package var file: String
    package var elementType: ElementType
    package var shape: [Int]
    /// A letter or a word for each dimension: N rows, E entities, C columns, F features, L look-back steps,
    /// H horizon steps, K targets, Q quantiles.
    package var axes: [String]
    package var unit: String
    package var digest: Digest
  }

  package struct FileEntry: Equatable, Sendable {
    package var name: String
    package var file: String
    package var mediaType: String
    package var digest: Digest
  }
}

extension Manifest {
  /// The SHA-256 of what a reader of the artifact can see: its kind, arrays, files, facts and metrics, but
  /// not how it came about.
  ///
  /// Step keys count this digest, so that a step which ran anew and made the same bytes leaves everything
  /// behind it fresh (docs/decisions/0004-content-digest.md).
  package var contentDigest: Digest {
    let seen: JSON = [
      "kind": .string(kind.rawValue), "arrays": .array(arrays.map(\.json)),
      "files": .array(files.map(\.json)),
      "facts": .object(facts), "metrics": .object(metrics.mapValues(JSON.number)),
    ]
    return Digest(of: seen.canonicalBytes)
  }

  /// The entry of an array, or nil.
  package func array(_ name: String) -> ArrayEntry? { arrays.first { $0.name == name } }
}
