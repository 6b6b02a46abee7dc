package import Artifacts
private import Configuration
private import Comparison

/// Why a step does not stay as it is, back to the first cause.
package struct Explanation: Sendable, Equatable {
  /// One thing that differs, and why it does.
  package struct Cause: Sendable, Equatable {
    package var words: String
    package var origin: Explanation?
  }

  package var step: String
  /// `run`, `restore`, `maybe`, `fresh`; `was made anew` for a step that has been run since, `not planned` for one that
  /// the plan does not have.
  package var state: String
  package var causes: [Cause]

  /// Lines for people, each cause indented below what it causes.
  package var lines: [String] { lines(indent: "") }

  private func lines(indent: String) -> [String] {
    ["\(indent)\(step): \(state)"]
      + causes.flatMap { cause in
        ["\(indent)  \(cause.words)"] + (cause.origin?.lines(indent: indent + "    ") ?? [])
      }
  }

  package var json: JSON {
    [
      "step": .string(step), "state": .string(state),
      "causes": .array(
        causes.map { cause in
          cause.origin.map { ["reason": .string(cause.words), "because": $0.json] } ?? [
            "reason": .string(cause.words)
          ]
        }),
    ]
  }
}

extension Explanation {
  /// Explains a step of a plan.
  ///
  /// What an input changed from is looked for among the results that are still there, so that it can be said how the
  /// two differ, and why the new one was made.
  package init(of name: String, plan: [PlannedStep], store: ArtifactStore) {
    let planned = Dictionary(plan.map { ($0.step.name, $0) }) { first, _ in first }
    self = Explainer(plan: planned, store: store).explanation(of: name)
  }
}

private struct Explainer {
  let plan: [String: PlannedStep]
  let store: ArtifactStore

  func explanation(of name: String) -> Explanation {
    guard let planned = plan[name] else { return Explanation(step: name, state: "not planned", causes: []) }
    let causes = planned.reasons.map { reason -> Explanation.Cause in
      switch reason {
      case .inputRuns(_, let source): Explanation.Cause(words: "\(reason)", origin: explanation(of: source))
      case .inputChanged(let input, let old, let new):
        changed(input, source(of: input, in: planned.step), from: old, to: new)
      default: Explanation.Cause(words: "\(reason)", origin: nil)
      }
    }
    let kept = planned.kept.map { Explanation.Cause(words: $0.sentence, origin: nil) }
    return Explanation(step: name, state: planned.state.rawValue, causes: causes + kept)
  }

  private func source(of input: String, in step: PipelineFile.Step) -> String? {
    step.reads.first { $0.name == input }?.step
  }

  /// An input whose content is another than that of the standing result.
  private func changed(_ input: String, _ source: String?, from old: Digest?, to new: Digest)
    -> Explanation.Cause
  {
    if let source, let planned = plan[source], planned.state != .fresh {
      let words = Reason.inputChanged(name: input, from: old, to: new).description
      return Explanation.Cause(words: words, origin: explanation(of: source))
    }
    return compared(input, source: source, from: old, to: new)
  }

  /// How an input differs from what it was, and why it was made anew; only that it does where one of the two is gone.
  private func compared(_ name: String, source: String?, from old: Digest?, to new: Digest)
    -> Explanation.Cause
  {
    let words = Reason.inputChanged(name: name, from: old, to: new).description
    guard let source, let old, let before = store.input(from: source, content: old),
      let after = store.input(from: source, content: new)
    else { return Explanation.Cause(words: words, origin: nil) }
    let difference = ArtifactComparison.summary(from: before, to: after)
    return Explanation.Cause(
      words: difference.map { "input \(name): \($0)" } ?? words,
      origin: history(of: source, from: before.manifest, to: after.manifest))
  }

  /// Why a result was made that is another than an earlier one.
  private func history(of step: String, from old: Manifest, to new: Manifest) -> Explanation? {
    let own = OwnFields(made: new)
    var causes = own.reasons(against: old).map { Explanation.Cause(words: "\($0)", origin: nil) }
    for input in new.inputs where input.kind != nil || input.isSeen {
      let before = old.inputs.first { $0.name == input.name }
      guard before?.content != input.content else { continue }
      if input.isSeen {
        causes.append(Explanation.Cause(words: "\(input.source ?? input.name) sent other data", origin: nil))
      } else {
        causes.append(
          compared(input.name, source: input.source, from: before?.content, to: input.content))
      }
    }
    return causes.isEmpty ? nil : Explanation(step: step, state: "was made anew", causes: causes)
  }
}
