package import Comparison

/// One thing that a step reads: the name its program knows it by, and the step that makes it.
package struct ReadEdge: Sendable, Equatable {
  /// `model`; `model@a` where all instances of a step are read; `model@ridge` where several steps are listed.
  package var name: String
  package var step: String
  /// Within which differences an input counts as unchanged; nil where every byte counts.
  package var cutoff: Tolerance?

  package init(name: String, step: String, cutoff: Tolerance? = nil) {
    self.name = name
    self.step = step
    self.cutoff = cutoff
  }
}
