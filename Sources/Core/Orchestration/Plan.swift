package import Artifacts
package import Configuration

/// Why a step does not simply stay as it is.
///
/// The reasons are the value: what `status`, `explain` and `run` print is these and nothing else.
package enum Reason: Sendable, Equatable {
  case neverRan
  case forced
  case programChanged(from: Digest, to: Digest)
  case platformChanged(fact: String, from: String, to: String)
  case parameterChanged(path: String, from: String, to: String)
  case fileChanged(setting: String, from: Digest?, to: Digest)
  case inputChanged(name: String, from: Digest?, to: Digest)
  /// An input that the current result has is read no more.
  case inputDropped(name: String)
  /// The input's step runs first, and only then it is known whether its bytes change.
  case inputRuns(name: String, step: String)
  case outputDamaged(String)
  /// The result was made before and is still there.
  case madeBefore
  /// The result depends on what a server says, which has to be asked each time.
  case asks(String)
}

/// What will happen to a step.
package enum StepState: String, Sendable, Equatable {
  /// Nothing: its current result is the one it would make.
  case fresh
  /// The result is there from an earlier run; only `current` moves.
  case restore
  /// It runs for certain.
  case run
  /// It runs if the bytes of an input really change.
  case maybe
}

/// A step and what will happen to it.
package struct PlannedStep: Sendable {
  package var step: PipelineFile.Step
  package var state: StepState
  /// Empty when fresh.
  package var reasons: [Reason]
  /// The key, when all inputs are known.
  package var key: Digest?
  /// Inputs that changed within their cut-off, so that the step stays as it is.
  package var kept: [KeptInput] = []
}

extension Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .neverRan: "never ran"
    case .forced: "forced"
    case .programChanged(let from, let to): "program changed \(from.short)… → \(to.short)…"
    case .platformChanged(let fact, let from, let to): "platform \(fact) \(from) → \(to)"
    case .parameterChanged(let path, let from, let to): "with.\(path) \(from) → \(to)"
    case .fileChanged(let setting, let from, let to):
      "file \(setting) changed \(from.map { $0.short + "…" } ?? "(none)") → \(to.short)…"
    case .inputChanged(let name, let from, let to):
      "input \(name) changed \(from.map { $0.short + "…" } ?? "(none)") → \(to.short)…"
    case .inputDropped(let name): "input \(name) is read no more"
    case .inputRuns(let name, let step):
      name == step ? "input \(name) runs first" : "input \(name) (\(step)) runs first"
    case .outputDamaged(let problem): problem
    case .asks(let words): words
    case .madeBefore: "made before with these settings and inputs"
    }
  }
}
