import Artifacts
import Configuration
import Testing

private let place = Place(file: "p.yaml", line: 1, column: 1)

private func fields(_ text: String) throws -> Fields {
  try Fields(try YAMLReader.read(Array(text.utf8), file: "p.yaml"), of: "step 'x'", at: place)
}

@Test func `Defaults and written values are recorded alike`() throws {
  var written = try fields("a: 1\nb: 2")
  var defaulted = try fields("b: 2")
  for index in 0...1 {
    var fields = index == 0 ? written : defaulted
    _ = try fields.integer("a", default: 1, in: 0...9)
    _ = try fields.number("b", in: 0...9)
    if index == 0 { written = fields } else { defaulted = fields }
  }
  #expect(written.resolved == defaulted.resolved)
  #expect(written.resolved == ["a": 1, "b": 2.0])
}

@Test(arguments: [
  "012", "1_000", "0x10", "1.0", "1e3", "\"24\"", "no", "~", "", "[1]", "{a: 1}", "+1",
  "99999999999999999999", "-1",
])
func `What is no plain whole number in range is refused`(text: String) throws {
  var fields = try fields("a: \(text)\nb: 1")
  let error = #expect(throws: ConfigurationError.self) { try fields.integer("a", in: 0...1000) }
  #expect(error?.description.hasPrefix("p.yaml:1:") == true)
}

@Test(arguments: [".inf", "-.inf", ".nan", "nan", "inf", "1e400", "yes", "1:20"])
func `What is no finite number is refused`(text: String) throws {
  var fields = try fields("a: \(text)")
  #expect(throws: ConfigurationError.self) { try fields.number("a", in: -1e9...1e9) }
}

@Test(arguments: ["no", "off", "Yes", "1:20", "012", "1_000", "null", "~", "3.5", ".nan", "true"])
func `A plain text that older YAML would turn into something else must be quoted`(text: String) throws {
  var plain = try fields("a: \(text)")
  let error = #expect(throws: ConfigurationError.self) { try plain.text("a") }
  #expect(error?.description.contains("quote it") == true)
  var quoted = try fields("a: \"\(text)\"")
  #expect(try quoted.text("a") == text)
}

@Test func `An unknown key is refused with the nearest known one`() throws {
  var fields = try fields("lookback: 3\nhorizn: 5")
  _ = try fields.integer("lookback", in: 1...9)
  _ = try? fields.integer("horizon", in: 1...9)
  let error = #expect(throws: ConfigurationError.self) { try fields.finish() }
  #expect(error?.description == "p.yaml:2:1: unknown key 'horizn' in step 'x'; did you mean 'horizon'?")
}

@Test func `A missing key is named with its owner`() throws {
  var fields = try fields("a: 1")
  let error = #expect(throws: ConfigurationError.self) { try fields.text("b") }
  #expect(error?.description == "p.yaml:1:1: step 'x' needs 'b'")
}

@Test func `A file's path is no part of what is recorded`() throws {
  var fields = try fields("path: data/x.csv")
  #expect(try fields.file("path") == "data/x.csv")
  #expect(fields.resolved.isEmpty)
  #expect(fields.files.map(\.setting) == ["path"])
}

@Test func `Nested settings are recorded and named with their path`() throws {
  var fields = try fields("source: {kind: csv, path: x, extra: 1}")
  let error = #expect(throws: ConfigurationError.self) {
    try fields.nested("source") { inner throws(ConfigurationError) in
      _ = try inner.text("kind")
      _ = try inner.file("path")
    }
  }
  #expect(error?.description == "p.yaml:1:30: unknown key 'extra' in 'source'")
}
