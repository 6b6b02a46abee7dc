@testable import Artifacts
import Testing

@Test(arguments: [
  "null", "true", "0", "-1", "1.5", "1e5", "\"\"", "[]", "{}", "[1,2,[3]]", "{\"a\":{\"b\":[null]}}",
  "\"\\u00e9\\n\\\"\\\\\\ud83d\\ude00\"", " { \"a\" : 1 } ",
])
func `Valid JSON is read, and its canonical form reads the same`(text: String) throws {
  let value = try JSON(parsing: text)
  #expect(try JSON(parsing: value.canonical) == value)
  #expect(try JSON(parsing: value.document) == value)
}

@Test(arguments: [
  "", "{", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "NaN", "Infinity", "01", "1.", ".5", "+1", "1e400",
  "'a'",
  "{a:1}", "\"\u{1}\"", "\"\\x\"", "\"\\ud800\"", "\"\\udc00\"", "1 2", "99999999999999999999", "tru",
  "\u{FEFF}1", "[1 2]",
  "{\"a\" 1}", "\"abc",
])
func `What RFC 8259 or a careful reader forbids is refused`(text: String) {
  #expect(throws: JSON.SyntaxError.self) { try JSON(parsing: text) }
}

@Test func `Nesting beyond 64 is refused before the stack is in danger`() {
  let bomb = String(repeating: "[", count: 1_000_000)
  #expect(throws: JSON.SyntaxError.self) { try JSON(parsing: bomb) }
}

@Test func `An error names line and column`() {
  #expect(throws: JSON.SyntaxError(line: 2, column: 6, problem: "a value is expected")) {
    try JSON(parsing: "{\n\"a\": x}")
  }
}

@Test func `Whole numbers, reals and texts stay apart`() throws {
  let values = try ["1", "1.0", "\"1\""].map { try JSON(parsing: $0) }
  #expect(Set(values).count == 3)
  #expect(Set(values.map { Digest(of: $0.canonical) }).count == 3)
}
