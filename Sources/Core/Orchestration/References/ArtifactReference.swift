package import Artifacts

/// How people name a result: `windows`, `windows~1`, `windows:9f3c1a`, `9f3c1a`, `run:RUN/windows`, `etth1@7`,
/// `etth1@champion`, or a path.
package enum ArtifactReference: Sendable, Equatable {
  /// The step's current result.
  case current(step: String)
  /// The result that was current so many changes ago.
  case earlier(step: String, count: Int)
  /// A result by the first digits of its key; of any step when none is named.
  case key(step: String?, prefix: String)
  /// What a step came to in a run of the journal.
  case run(String, step: String)
  case version(model: String, number: Int)
  case alias(model: String, String)
  /// A folder with a manifest, or an array file.
  case path(String)

  /// The fewest digits of a key that stand for a result of any step.
  package static let shortestPrefix = 6
}

/// What a reference stands for.
package enum ReferencedResult: Sendable {
  case artifact(Artifact)
  /// An `.npy` file that is looked at by itself.
  case array(path: String)

  /// What it is called in reports.
  package var path: String {
    switch self {
    case .artifact(let artifact): artifact.directory
    case .array(let path): path
    }
  }
}
