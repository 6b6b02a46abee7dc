import Configuration
import Orchestration
import Testing

private let file = """
  version: 1
  steps:
    series: {stage: extract}
    windows: {stage: prepare, reads: {series: series}}
    wide: {stage: prepare, reads: {series: series}}
    model: {stage: train, reads: {windows: windows}}
    champion: {stage: register, reads: {model: model}}
    forecast: {stage: predict, reads: {champion: champion, series: series}}
  """

@Test func `The tree shows each step once, below what it reads`() throws {
  let pipeline = try PipelineFile(parsing: Array(file.utf8), path: "p.yaml")
  #expect(
    GraphDrawing.text.draw(pipeline) == """
      series (extract)
      ├─ windows (prepare)
      │  └─ model (train)
      │     └─ champion (register)
      │        └─ forecast (predict, also reads series)
      └─ wide (prepare)

      """)
}

@Test func `Mermaid and dot name every edge`() throws {
  let pipeline = try PipelineFile(parsing: Array(file.utf8), path: "p.yaml")
  #expect(GraphDrawing.mermaid.draw(pipeline).contains("  n4 --> n5"))
  #expect(GraphDrawing.dot.draw(pipeline).contains("  \"series\" -> \"forecast\";"))
}

@Test func `A step may have any name in Mermaid, which takes some for words of its own`() throws {
  let text = """
    version: 1
    steps:
      end: {stage: extract}
      graph: {stage: prepare, reads: {series: end}, matrix: [{as: a, lookback: 4}]}
    """
  let pipeline = try PipelineFile(parsing: Array(text.utf8), path: "p.yaml")
  #expect(
    GraphDrawing.mermaid.draw(pipeline) == """
      flowchart TD
        n0["end<br/><small>extract</small>"]
        n1["graph@a<br/><small>prepare</small>"]
        n0 --> n1

      """)
}
