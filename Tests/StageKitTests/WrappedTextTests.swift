import StageKit
import Testing

@Test func `Words are cut into lines, each with its own margin`() {
  #expect(
    WrappedText.lines("one two three four", width: 9, first: 1, rest: 3) == [
      " one two", "   three", "   four",
    ])
}

@Test func `A word longer than a line has one to itself`() {
  #expect(WrappedText.lines("a incomprehensibilities b", width: 6) == ["a", "incomprehensibilities", "b"])
}

@Test func `Parts are cut behind their commas`() {
  #expect(
    WrappedText.lines(["test: 10 windows", "skill +3 %", "held 80 %"], width: 30) == [
      "test: 10 windows, skill +3 %,", "held 80 %",
    ])
}
