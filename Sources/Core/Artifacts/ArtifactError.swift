/// What can be wrong with an artifact that a program wants to read or publish.
package enum ArtifactError: Failure, Equatable {
  /// Nothing was published yet.
  case missing(step: String)
  /// The folder has no manifest.
  case noManifest(artifact: String, step: String)
  case manifest(path: String, problem: Manifest.Problem, step: String)
  case wrongKind(artifact: String, expected: Manifest.Kind, found: Manifest.Kind)
  case noArray(artifact: String, name: String)
  case noFact(artifact: String, name: String)
  case array(path: String, problem: NumPyFileError, step: String)
  case digest(path: String, recorded: Digest, found: Digest, step: String)
  case shape(path: String, expected: String, found: [Int])
  /// The same key was published before with other bytes.
  case notReproducible(artifact: String, published: Digest, made: Digest)
  /// A line of a registry's log is not what was written, or not behind what was written before it.
  case brokenLog(path: String, line: Int)
  case disk(DiskError)

  package var exitStatus: ExitStatus {
    switch self {
    case .missing, .noManifest: .missingInput
    case .manifest, .wrongKind, .noArray, .noFact, .array, .digest, .shape, .brokenLog: .badData
    case .notReproducible: .ourBug
    case .disk(let error): error.exitStatus
    }
  }

  package var description: String {
    switch self {
    case .missing(let step): "step '\(step)' has published nothing yet; run: bin/pipeline run \(step)"
    case .noManifest(let artifact, let step):
      "\(artifact) has no manifest.json; run: bin/pipeline run --force \(step)"
    case .manifest(let path, let problem, let step):
      "\(path) cannot be read: \(problem); rebuild it: bin/pipeline run --force \(step)"
    case .wrongKind(let artifact, let expected, let found):
      "\(artifact) is of kind '\(found.rawValue)', where '\(expected.rawValue)' is needed; check what the step reads"
    case .noArray(let artifact, let name):
      "\(artifact) holds no array '\(name)'; another version of the program made it"
    case .noFact(let artifact, let name):
      "\(artifact)/manifest.json: the fact '\(name)' is missing or malformed; another version of the program made it"
    case .array(let path, let problem, let step):
      "\(path) is damaged: \(problem); rebuild it: bin/pipeline run --force \(step)"
    case .digest(let path, let recorded, let found, let step):
      """
      \(path) is damaged: its SHA-256 is \(found.short)…, and the manifest recorded \(recorded.short)…; \
      rebuild it: bin/pipeline run --force \(step)
      """
    case .shape(let path, let expected, let found):
      "\(path) has the shape \(found), where \(expected) is needed"
    case .notReproducible(let artifact, let published, let made):
      """
      \(artifact) was published before with other content (\(published.short)…) than this run made \
      (\(made.short)…) from the same inputs; this is a bug of the program, and the earlier result stays
      """
    case .brokenLog(let path, let line):
      """
      \(path):\(line): the chain of the log is broken here, so a line was changed, taken out or put in; restore the \
      file from a backup, or move the registry's folder away and register anew
      """
    case .disk(let error): error.description
    }
  }
}
