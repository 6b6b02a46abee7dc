import Artifacts
import TestSupport
import Testing

@testable import Comparison

@Test(arguments: [
  ("a\nb\n", "a\nc\n", FileChange.Line(number: 2, old: "b", new: "c")),
  ("a\n", "a\nb\n", FileChange.Line(number: 2, old: "", new: "b")),
  ("a", "a\n", FileChange.Line(number: 1, old: "a", new: "a")),
  ("", "x", FileChange.Line(number: 1, old: "", new: "x")),
  ("same\nabc\nend", "same\nabd\nend", FileChange.Line(number: 2, old: "abc", new: "abd")),
])
func `Texts are told apart by their first line that differs`(old: String, new: String, line: FileChange.Line)
  throws
{
  let folder = TemporaryFolder()
  func artifact(_ name: String, _ text: String, type: String) throws -> Artifact {
    try folder.publish(.forecast, step: "forecast", key: folder.key(name)) {
      try $0.write(file: "forecast.csv", mediaType: type, contents: Array(text.utf8))
      return [:]
    }
  }
  let changes = FileChange.all(
    from: try artifact("one", old, type: "text/csv"), to: try artifact("two", new, type: "text/csv"))
  #expect(changes.map(\.line) == [line])
  let bytes = FileChange.all(
    from: try artifact("three", old, type: "image/png"), to: try artifact("four", new, type: "image/png"))
  #expect(bytes.count == 1 && bytes[0].line == nil)
}
