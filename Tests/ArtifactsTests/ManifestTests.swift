@testable import Artifacts
import Testing

private func sample() -> Manifest {
  Manifest(
    kind: .windows, step: "windows", key: Digest(of: "key"),
    program: ProgramIdentity(name: "prepare", version: "0.1.0", digest: Digest(of: "program")),
    platform: ["kernels": "Haswell"], parameters: ["lookback": 96, "split": ["preset": "ett-hourly"]],
    inputs: [
      Manifest.Input(
        name: "series", kind: .series, source: "candles", digest: Digest(of: "a"), content: Digest(of: "b")),
      Manifest.Input(
        name: "source.path", kind: nil, source: nil, digest: Digest(of: "c"), content: Digest(of: "c")),
    ],
    arrays: [
      Manifest.ArrayEntry(
        name: "features", file: "features.npy", elementType: .float32, shape: [3, 7], axes: ["N", "F"],
        unit: "standard deviations", digest: Digest(of: "d"))
    ],
    files: [
      Manifest.FileEntry(
        name: "report", file: "report.json", mediaType: "application/json", digest: Digest(of: "e"))
    ],
    facts: ["entities": ["BTC"], "warnings": []], metrics: ["test/mse": 0.25])
}

@Test func `A manifest is read as it is written`() throws {
  #expect(try Manifest(parsing: sample().document) == sample())
}

@Test func `Another schema is refused with both numbers`() throws {
  let text = String(decoding: sample().document, as: UTF8.self).replacingSchema(with: "2")
  #expect(throws: Manifest.Problem.schema(found: "2")) { try Manifest(parsing: Array(text.utf8)) }
  #expect("\(Manifest.Problem.schema(found: "2"))".contains("schema 2, and this build reads schema 1"))
}

@Test(arguments: [
  "kind", "step", "key", "program", "platform", "parameters", "inputs", "arrays", "files", "facts", "metrics",
])
func `A manifest without one of its fields is refused, by the field's name`(field: String) throws {
  var members = try #require(try JSON(parsing: sample().document).object)
  members[field] = nil
  let error = #expect(throws: Manifest.Problem.self) {
    try Manifest(parsing: Array(JSON.object(members).document.utf8))
  }
  #expect(error == .field(field))
}

@Test func `An unknown field is refused and not ignored`() throws {
  var members = try #require(try JSON(parsing: sample().document).object)
  members["extra"] = 1
  #expect(throws: Manifest.Problem.field("extra")) {
    try Manifest(parsing: Array(JSON.object(members).document.utf8))
  }
}

@Test(arguments: ["../features.npy", "/etc/passwd", "a/b.npy", ".hidden", "", "F.npy", "a\u{0}b"])
func `A file name that could leave its folder is refused`(name: String) throws {
  var manifest = sample()
  manifest.arrays[0].file = name
  #expect(throws: Manifest.Problem.field("arrays")) { try Manifest(parsing: manifest.document) }
}

@Test func `The content digest sees what a reader sees, and not how it came about`() {
  var other = sample()
  other.key = Digest(of: "another key")
  other.program.digest = Digest(of: "another program")
  other.parameters = [:]
  other.inputs = []
  #expect(other.contentDigest == sample().contentDigest)
  #expect(Digest(of: other.document) != Digest(of: sample().document))
  var changed = sample()
  changed.arrays[0].digest = Digest(of: "another array")
  #expect(changed.contentDigest != sample().contentDigest)
  changed = sample()
  changed.facts["entities"] = ["ETH"]
  #expect(changed.contentDigest != sample().contentDigest)
}

extension String {
  fileprivate func replacingSchema(with number: String) -> String {
    split(separator: "\"schema\": 1", omittingEmptySubsequences: false).joined(
      separator: "\"schema\": \(number)")
  }
}
