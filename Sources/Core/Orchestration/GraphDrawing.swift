package import Configuration

/// The steps and what they read, drawn.
package enum GraphDrawing: String, Sendable, CaseIterable {
  case text, mermaid, dot

  package func draw(_ pipeline: PipelineFile) -> String {
    switch self {
    case .text: return Self.tree(of: pipeline)
    case .mermaid:
      let nodes = pipeline.steps.map {
        "  \($0.name)[\"\($0.name)<br/><small>\($0.stage.rawValue)</small>\"]"
      }
      let edges = pipeline.steps.flatMap { step in step.reads.map { "  \($0.step) --> \(step.name)" } }
      return (["flowchart TD"] + nodes + edges).joined(separator: "\n") + "\n"
    case .dot:
      let nodes = pipeline.steps.map { "  \"\($0.name)\" [label=\"\($0.name)\\n\($0.stage.rawValue)\"];" }
      let edges = pipeline.steps.flatMap { step in step.reads.map { "  \"\($0.step)\" -> \"\(step.name)\";" }
      }
      return (["digraph pipeline {", "  node [shape=box];"] + nodes + edges + ["}"]).joined(separator: "\n")
        + "\n"
    }
  }

  /// Each step below the last of those it reads, with the others named beside it.
  private static func tree(of pipeline: PipelineFile) -> String {
    var lines: [String] = []
    func parent(of step: PipelineFile.Step) -> String? {
      let names = step.reads.map(\.step)
      return pipeline.steps.last { names.contains($0.name) }?.name
    }
    func add(_ step: PipelineFile.Step, prefix: String, branch: String, inner: String) {
      let others = step.reads.map(\.step).filter { $0 != parent(of: step) }
      let also = others.isEmpty ? "" : ", also reads \(others.joined(separator: ", "))"
      lines.append(prefix + branch + "\(step.name) (\(step.stage.rawValue)\(also))")
      let children = pipeline.steps.filter { parent(of: $0) == step.name }
      for (index, child) in children.enumerated() {
        let isLast = index == children.count - 1
        add(child, prefix: prefix + inner, branch: isLast ? "└─ " : "├─ ", inner: isLast ? "   " : "│  ")
      }
    }
    for root in pipeline.steps where parent(of: root) == nil { add(root, prefix: "", branch: "", inner: "") }
    return lines.joined(separator: "\n") + "\n"
  }
}
