import Artifacts
import Chronology
import Orchestration
import Registry
import TestSupport
import Testing

private func input(_ artifact: Artifact, as name: String, from step: String? = nil) -> Manifest.Input {
  Manifest.Input(
    name: name, kind: artifact.manifest.kind, source: step ?? artifact.manifest.step, digest: artifact.digest,
    content: artifact.contentDigest)
}

/// A forecast of a registered model, and the series both were made from, which came from a file and a server.
private func forecast(in folder: TemporaryFolder) throws -> Artifact {
  let digest = Digest(of: "outside")
  let file = Manifest.Input(name: "source.path", kind: nil, source: nil, digest: digest, content: digest)
  let seen = Manifest.Input(
    name: "bars", kind: nil, source: "https://bars.test", digest: digest, content: digest)
  let series = try folder.publishSmall(.series, step: "series", name: "s", inputs: [file, seen])
  let model = try folder.publishSmall(.model, step: "model", name: "m", inputs: [input(series, as: "series")])
  let stamp = Stamp(time: Instant(milliseconds: 0), actor: "test")
  _ = try ModelRegistry(name: "plant", in: folder.store, stamp: stamp).register(
    model, evidence: [:], reason: "test")
  return try folder.publishSmall(
    .forecast, step: "forecast", name: "f",
    inputs: [input(model, as: "champion", from: "champion"), input(series, as: "series")])
}

@Test func `Lineage goes back to files and servers, through the registry, and tells nothing twice`() throws {
  let folder = TemporaryFolder()
  let artifact = try forecast(in: folder)
  let digest = Digest(of: "outside").short
  let keys = try ["forecast", "model", "series"].map { try #require(folder.store.currentFolder(of: $0)) }
  #expect(
    Lineage(of: artifact, in: folder.store).text == """
      forecast  \(keys[0])
      ├─ champion: plant@1  \(keys[1])
      │  └─ series  \(keys[2])
      │     ├─ source.path: file from outside, SHA-256 \(digest)…
      │     └─ bars: seen at https://bars.test, SHA-256 \(digest)…
      └─ series  \(keys[2]), as above

      """)
}

@Test func `A version of the registry is one at the top too`() throws {
  let folder = TemporaryFolder()
  _ = try forecast(in: folder)
  let model = RegisteredModel(name: "plant", in: folder.store)
  let lineage = Lineage(of: try model.artifact(ofVersion: 1, madeBy: "champion"), in: folder.store)
  #expect(lineage.text.hasPrefix("model: plant@1  "))
  #expect(lineage.json["origin"] == "version")
}

@Test func `A source that is gone is named and ends its branch`() throws {
  let folder = TemporaryFolder()
  let artifact = try forecast(in: folder)
  let series = try folder.store.current(of: "series")
  Disk.remove(folder.path + "/series")
  let text = Lineage(of: artifact, in: folder.store).text
  #expect(text.contains("└─ series  series with manifest \(series.digest.short)…, no longer there"))
  #expect(!text.contains("outside"))
}

@Test func `A summary says what a result is, was made from and holds`() throws {
  let folder = TemporaryFolder()
  let artifact = try forecast(in: folder)
  let text = ArtifactSummary(of: artifact, in: folder.store).text
  for part in [
    "forecast of step forecast, current", artifact.manifest.key.hex, "test 0, ",
    "values  <f8   [3]    N", "note.txt  text/plain", "champion: plant@1", "1 thread",
  ] {
    #expect(text.contains(part), "\(part) is missing in \(text)")
  }
  let json = ArtifactSummary(of: artifact, in: folder.store).json
  #expect(json["current"] == true && json["manifest"]?["step"] == "forecast")
  #expect(json["lineage"]?["sources"]?.array?.count == 2)
}

@Test func `Baselines stand beside the metric that they are baselines of`() {
  let metrics = ["test/mse": 2.0, "test/mse/repeat": 4, "test/skill/repeat": 0.5, "validation/loss": 0.00001]
  let lines = MetricTable(metrics).text(indent: "").split(separator: "\n").map { $0.split(separator: " ") }
  #expect(
    lines == [
      ["test", "result", "repeat"], ["mse", "2.0000", "4.0000"], ["skill", "0.50000"], ["validation"],
      ["loss", "1e-05"],
    ])
}
