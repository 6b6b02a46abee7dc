import Configuration
import Orchestration
import Testing

@Test func `Blocks are written in the order of their keys`() {
  let value: YAMLValue = [
    "zebra": ["a", "b"], "ape": ["x": 1, "w": [:]], "list": [["k": true, "l": []], "s"],
  ]
  #expect(
    value.document == """
      zebra:
        - a
        - b
      ape:
        x: 1
        w: {}
      list:
        - k: true
          l: []
        - s

      """)
}

@Test(arguments: [
  "", "no", "Yes", "null", "~", "1", "1.5", "1e3", "0x1f", "12:30:45", "2026-01-01", "a: b", "a #b", "- a",
  "@x", "*",
  "%", "'", "\"", "\\", "a\nb", "tab\t", "bell\u{7}", "é", "{}", "[1]", "&a", "!t", "|", ">", " x ", "=",
  "<<", "true",
])
func `Every text comes back as the text that it was`(text: String) throws {
  let value: YAMLValue = ["key": .text(text), "list": [.text(text)]]
  let node = try YAMLReader.read(Array(value.document.utf8), file: "x.yaml")
  for found in [node["key"]?.content, node["list"].flatMap(\.first)?.content] {
    guard case .scalar(let read, let isPlain)? = found else {
      Issue.record("\(value.document)")
      continue
    }
    #expect(read == text && !isPlain)
  }
}

extension YAMLNode {
  fileprivate var first: YAMLNode? {
    guard case .sequence(let elements) = content else { return nil }
    return elements.first
  }
}
