package import Configuration

/// Which steps a command is about.
package struct Selection: Sendable, Equatable {
  /// What comes with the steps that were named.
  package enum Extent: Sendable {
    /// All that they read, directly or not.
    case upstream
    /// All that read them, directly or not; what those read besides is taken as it is.
    case downstream
    /// Nothing: what they read is taken as it is.
    case only
  }

  /// Names of steps, or of steps whose instances are meant; empty for all.
  package var targets: [String]
  package var extent: Extent

  package static let all = Selection(targets: [])

  package init(targets: [String], extent: Extent = .upstream) {
    self.targets = targets
    self.extent = extent
  }

  /// The steps of a pipeline that are meant, in its order.
  package func steps(of pipeline: PipelineFile) throws -> [PipelineFile.Step] {
    guard !targets.isEmpty else { return pipeline.steps }
    var chosen: Set<String> = []
    for target in targets { chosen.formUnion(try pipeline.instances(of: target).map(\.name)) }
    switch extent {
    case .only: break
    case .upstream:
      for step in pipeline.steps.reversed() where chosen.contains(step.name) {
        chosen.formUnion(step.reads.map(\.step))
      }
    case .downstream:
      for step in pipeline.steps where step.reads.contains(where: { chosen.contains($0.step) }) {
        chosen.insert(step.name)
      }
    }
    return pipeline.steps.filter { chosen.contains($0.name) }
  }
}
