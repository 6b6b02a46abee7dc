import Configuration
import Testing

private func read(_ text: String) throws -> YAMLNode { try YAMLReader.read(Array(text.utf8), file: "p.yaml") }

@Test func `Text stays text, and quotes are remembered`() throws {
  let node = try read("a: no\nb: \"24\"\nc: [1, {d: 1:20}]\n")
  guard case .scalar("no", isPlain: true)? = node["a"]?.content else { return #expect(Bool(false)) }
  guard case .scalar("24", isPlain: false)? = node["b"]?.content else { return #expect(Bool(false)) }
  #expect(node["c"]?.place.description == "p.yaml:3:4")
}

@Test(arguments: [
  ("a: &x 1\nb: *x", "p.yaml:1:4: anchors (&)"), ("a: *x", "p.yaml:1:4: aliases (*)"),
  ("a: !!str 1", "p.yaml:1:4: tags (!)"),
  ("a: {<<: {b: 1}}", "p.yaml:1:5: merges (<<)"), ("a: 1\na: 2", "p.yaml:2:1: the key 'a' stands twice"),
  ("---\na: 1\n---\nb: 2", "p.yaml:3:1: a second document"), ("a:\n\t- 1", "p.yaml:2:1: "),
  ("", "the file is empty"),
  ("# only a comment\n", "the file is empty"), ("a: [1, 2", "p.yaml:"),
  ("? [a, b]\n: 1", "a key must be a plain text"),
  ("a: \"x", "p.yaml:"), ("a: 1\n b: 2", "p.yaml:2:"), ("\u{0}", "p.yaml:"),
])
func `What a careful reader forbids is refused with its place`(text: String, message: String) {
  let error = #expect(throws: ConfigurationError.self) { try read(text) }
  #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
}

@Test func `A bomb of aliases is refused on its first anchor`() {
  let lines = (1...9).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1), *a\($0 - 1), *a\($0 - 1)]" }
  let bomb = "a0: &a0 [x, x]\n" + lines.joined(separator: "\n")
  #expect(throws: ConfigurationError.self) { try read(bomb) }
}

@Test func `Nesting beyond 32 and files beyond 1 MiB are refused`() {
  #expect(throws: ConfigurationError.self) {
    try read("a: " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40))
  }
  #expect(throws: ConfigurationError.self) { try read("a: " + String(repeating: "x", count: 1 << 20)) }
}
