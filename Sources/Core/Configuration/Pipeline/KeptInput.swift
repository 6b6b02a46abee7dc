package import Artifacts
private import Comparison
private import Numerics

/// An input that changed by less than the cut-off of its edge, so that what was made from it earlier stands.
package struct KeptInput: Sendable, Equatable {
  /// As the step's program knows it.
  package var name: String
  /// The step that makes it.
  package var source: String
  /// What the standing result was made from, and what lies there now, by content.
  package var kept: Digest
  package var produced: Digest
  /// The largest differences between the two.
  package var largestAbsolute: Double
  package var largestRelative: Double

  /// `input windows (windows) kept: it changed by at most 3e-12 (relative 2e-10), within its cut-off`.
  package var sentence: String {
    """
    input \(name) (\(source)) kept: it changed by at most \(DecimalNumber.significant(largestAbsolute)) (relative \
    \(DecimalNumber.significant(largestRelative))), within its cut-off
    """
  }
}

extension StepResolver {
  /// The inputs as `manifest`, an earlier result of the step, was made from them, where an edge has a cut-off and the
  /// difference lies within it; the others as they are.
  ///
  /// The comparison is always with what the earlier result was made from: small changes do not add up unseen.
  package func keeping(
    _ inputs: [Manifest.Input], of step: PipelineFile.Step, for manifest: Manifest
  ) throws -> (inputs: [Manifest.Input], kept: [KeptInput]) {
    var inputs = inputs
    var kept: [KeptInput] = []
    for place in inputs.indices {
      let input = inputs[place]
      guard let edge = step.reads.first(where: { $0.name == input.name }), let tolerance = edge.cutoff,
        let earlier = manifest.inputs.first(where: { $0.name == input.name }),
        earlier.content != input.content,
        let old = store.input(from: edge.step, content: earlier.content),
        let new = store.input(from: edge.step, content: input.content)
      else { continue }
      // What cannot be read any more cannot be held against anything: the step runs, and nothing needs mending first.
      guard let difference = try? ArrayTolerance(old: old, new: new, tolerance: tolerance),
        difference.isWithin
      else { continue }
      inputs[place] = earlier
      kept.append(
        KeptInput(
          name: input.name, source: edge.step, kept: earlier.content, produced: input.content,
          largestAbsolute: difference.largestAbsolute, largestRelative: difference.largestRelative))
    }
    return (inputs, kept)
  }
}
