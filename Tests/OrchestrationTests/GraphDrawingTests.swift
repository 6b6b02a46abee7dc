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
  #expect(GraphDrawing.mermaid.draw(pipeline).contains("  champion --> forecast"))
  #expect(GraphDrawing.dot.draw(pipeline).contains("  \"series\" -> \"forecast\";"))
}
