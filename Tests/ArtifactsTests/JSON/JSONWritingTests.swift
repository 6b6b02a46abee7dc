import Artifacts
import Testing

@Test func `The canonical form sorts keys and has no spaces`() {
  let value: JSON = ["b": [1, 2.5, true, .null], "a": "ä\n"]
  #expect(value.canonical == "{\"a\":\"ä\\n\",\"b\":[1,2.5,true,null]}")
}

@Test func `A document opens two levels and puts each object of a list on its line`() {
  let value: JSON = [
    "facts": ["x": 1, "list": [1, 2]], "arrays": [["b": 1, "a": 2], ["c": 3]], "empty": [:],
  ]
  #expect(
    value.document == """
      {
        "arrays": [
          {"a": 2, "b": 1},
          {"c": 3}
        ],
        "empty": {},
        "facts": {
          "list": [1, 2],
          "x": 1
        }
      }

      """)
}

@Test(arguments: [0.1, 1e22, 1e-7, 123456.789, -0.0, .leastNonzeroMagnitude, 1.7976931348623157e308])
func `A number is read back to the last bit`(number: Double) throws {
  let read = try #require(try JSON(parsing: JSON.number(number).canonical).number)
  #expect(read.bitPattern == number.bitPattern)
}

@Test func `Control characters cannot reach a terminal`() throws {
  let text = try JSON(parsing: JSON.string("\u{1B}[31m\u{9B}\u{7F}").canonical).string
  #expect(text == "\u{1B}[31m\u{9B}\u{7F}")
  #expect(JSON.string("\u{1B}\u{9B}").canonical == "\"\\u001b\\u009b\"")
}
