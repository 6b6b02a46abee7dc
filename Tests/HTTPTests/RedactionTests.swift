import HTTP
import Testing

struct RedactionTests {
  @Test(arguments: [
    ("https://host/path?key=1", "https://host/path"), ("https://me:pw@host/x#f", "https://…@host/x"),
    ("me@host", "…@host"), ("", ""), ("a\u{1B}[31mb\n\u{202E}c", "a [31mb  c"),
  ])
  func `An address loses its secrets and its control characters`(text: String, shown: String) {
    #expect(Redaction.address(text) == shown)
  }

  @Test func `Long text is cut off`() {
    #expect(Redaction.printable("abcdef", atMost: 3) == "abc…")
    #expect(Redaction.printable("abc", atMost: 3) == "abc")
  }
}
