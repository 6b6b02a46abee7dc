import Artifacts
import Chronology
import Configuration
private import Registry

/// Goes back to results that are there already.
struct Restoration {
  let store: ArtifactStore
  /// Who the registry's log says it was.
  let actor: String
  let now: () -> Instant

  /// Makes the result under a plan's key current again; false when only the step's program can.
  ///
  /// A verdict that holds again makes its version champion again, as `register` does when it is run by hand
  /// (docs/decisions/0006-going-back-promotes.md).
  func restore(_ planned: PlannedStep) throws -> Bool {
    let step = planned.step
    guard let key = planned.key else { preconditionFailure("step \(step.name) is restored without a key") }
    if step.stage.actsOutside {
      // Whoever waited here would leave all running programs to themselves; the step's own may wait.
      guard let lock = try StepLock.ifFree(of: step.name, in: store) else { return false }
      defer { extendLifetime(lock) }
      guard let verdict = try store.result(of: step.name, key: key), try promote(verdict) else {
        return false
      }
    }
    try store.setCurrent(of: step.name, to: key, isDurable: false)
    return true
  }

  private func promote(_ verdict: Artifact) throws -> Bool {
    let name = try verdict.fact("name", \.string)
    let version = try verdict.fact("version", \.integer)
    let model = try verdict.fact("model") { $0.string.flatMap { Digest(parsing: $0) } }
    let registry = ModelRegistry(name: name, in: store, stamp: Stamp(time: now(), actor: actor))
    return try registry.promote(version: version, of: model, reason: "the pipeline went back to this model")
  }
}
