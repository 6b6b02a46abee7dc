package import Configuration

/// The steps and what they read, drawn.
package enum GraphDrawing: String, Sendable, CaseIterable {
  case text, mermaid, dot, svg

  /// `states` are those of the steps in a plan; only the picture shows them.
  package func draw(_ pipeline: PipelineFile, states: [String: StepState] = [:]) -> String {
    switch self {
    case .svg: return Self.picture(of: pipeline, states: states).svg
    case .text: return Self.tree(of: pipeline)
    case .mermaid: return Self.mermaid(of: pipeline)
    case .dot:
      let nodes = pipeline.steps.map { "  \"\($0.name)\" [label=\"\($0.name)\\n\($0.stage.rawValue)\"];" }
      let edges = pipeline.steps.flatMap { step in step.reads.map { "  \"\($0.step)\" -> \"\(step.name)\";" }
      }
      return (["digraph pipeline {", "  node [shape=box];"] + nodes + edges + ["}"]).joined(separator: "\n")
        + "\n"
    }
  }

  /// Nodes have numbers for names: to Mermaid, `@`, `end` and `graph` mean something else.
  private static func mermaid(of pipeline: PipelineFile) -> String {
    let places = places(of: pipeline)
    let nodes = pipeline.steps.enumerated().map { place, step in
      "  n\(place)[\"\(step.name)<br/><small>\(step.stage.rawValue)</small>\"]"
    }
    let edges = pipeline.steps.enumerated().flatMap { place, step in
      step.reads.compactMap { places[$0.step] }.map { "  n\($0) --> n\(place)" }
    }
    return (["flowchart TD"] + nodes + edges).joined(separator: "\n") + "\n"
  }

  private static func places(of pipeline: PipelineFile) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: pipeline.steps.enumerated().map { ($1.name, $0) })
  }

  private static func picture(of pipeline: PipelineFile, states: [String: StepState]) -> GraphPicture {
    let places = places(of: pipeline)
    return GraphPicture(
      pipeline.steps.map { step in
        GraphPicture.Box(
          name: step.name, stage: step.stage.rawValue, state: states[step.name],
          reads: step.reads.compactMap { places[$0.step] })
      })
  }

  /// Each step below the last of those it reads, with the others named beside it.
  private static func tree(of pipeline: PipelineFile) -> String {
    let places = places(of: pipeline)
    var children: [Int: [Int]] = [:]
    for (place, step) in pipeline.steps.enumerated() {
      children[step.reads.compactMap { places[$0.step] }.max() ?? -1, default: []].append(place)
    }
    var lines: [String] = []
    func add(_ place: Int, below parent: Int, prefix: String, branch: String, inner: String) {
      let step = pipeline.steps[place]
      let others = step.reads.map(\.step).filter { places[$0] != parent }
      let also = others.isEmpty ? "" : ", also reads \(others.joined(separator: ", "))"
      lines.append(prefix + branch + "\(step.name) (\(step.stage.rawValue)\(also))")
      let inside = children[place] ?? []
      for (number, child) in inside.enumerated() {
        let isLast = number == inside.count - 1
        add(
          child, below: place, prefix: prefix + inner, branch: isLast ? "└─ " : "├─ ",
          inner: isLast ? "   " : "│  ")
      }
    }
    for root in children[-1] ?? [] { add(root, below: -1, prefix: "", branch: "", inner: "") }
    return lines.joined(separator: "\n") + "\n"
  }
}
