import Artifacts
import Testing

@testable import Networks

private enum Colour: String, CaseIterable { case red, blue }

/// A way to read the setting `x`, what it refuses, and the words for it.
private struct Reader: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let isRequired: Bool
  let wrong: [JSON]
  let expected: String
  /// Reads it, and says whether that gives what stands for nothing.
  let read: @Sendable (inout BlockSettings) throws -> Bool

  static let all = [
    Reader(
      testDescription: "integer", isRequired: true, wrong: [0, 8, 1.5, "two"],
      expected: "a whole number from 1 to 7"
    ) { try $0.integer("x", in: 1...7) == 0 },
    Reader(
      testDescription: "optional integer", isRequired: false, wrong: [0, 8, 1.5, "two"],
      expected: "a whole number from 1 to 7"
    ) { try $0.optionalInteger("x", in: 1...7) == nil },
    Reader(
      testDescription: "integer or a word", isRequired: false, wrong: [0, "lose"],
      expected: "a whole number from 1 to 7, or loss"
    ) { try $0.integer("x", or: "loss", in: 1...7) == nil },
    Reader(
      testDescription: "integers", isRequired: true, wrong: [1, [], [1, 9], [1, "a"]],
      expected: "a list of whole numbers from 1 to 7"
    ) { try $0.integers("x", in: 1...7).isEmpty },
    Reader(
      testDescription: "number", isRequired: true, wrong: [2, "a"], expected: "a number from 0.0 to 1.0"
    ) {
      try $0.number("x", in: 0...1) == 0
    },
    Reader(testDescription: "text", isRequired: true, wrong: [2, true], expected: "text") {
      try $0.text("x").isEmpty
    },
    Reader(testDescription: "truth", isRequired: false, wrong: [2, "yes"], expected: "true or false") {
      try $0.truth("x", default: true)
    },
    Reader(
      testDescription: "optional truth", isRequired: false, wrong: [2, "yes"], expected: "true or false"
    ) {
      try $0.optionalTruth("x") == nil
    },
    Reader(testDescription: "choice", isRequired: true, wrong: [2, "green"], expected: "one of red, blue") {
      try $0.choice("x") as Colour == .red
    },
    Reader(
      testDescription: "extent", isRequired: true, wrong: [0, "width"],
      expected: "a whole number from 1 to 100000, or one of horizon, lookback, features, targets"
    ) { try $0.extent("x") == .count(0) },
    Reader(
      testDescription: "column", isRequired: false, wrong: [-1, true],
      expected: "the name of a column, its place from 0, last, or none"
    ) { try $0.column("x", absent: "none") == nil },
    Reader(
      testDescription: "columns", isRequired: false, wrong: [-1, ["a", true]],
      expected: "a list of columns, each by name or by its place from 0"
    ) { try $0.columns("x", default: []).isEmpty },
    Reader(testDescription: "elements", isRequired: false, wrong: [[], 3], expected: "a list of mappings") {
      try $0.elements("x") == nil
    },
  ]
}

@Test(arguments: Reader.all)
private func `A setting of another kind is refused with what it should be`(_ reader: Reader) throws {
  for wrong in reader.wrong {
    var settings = try BlockSettings(["x": wrong], path: "here")
    let error = #expect(throws: NetworkError.self) { _ = try reader.read(&settings) }
    #expect(error?.description == "here: 'x' should be \(reader.expected), not \(wrong.inline)")
  }
}

@Test(arguments: Reader.all)
private func `What is not written, or null, is left out where it may be and missed where not`(
  _ reader: Reader
) throws {
  for json in [[:], ["x": .null]] as [JSON] {
    var settings = try BlockSettings(json, path: "here")
    guard reader.isRequired else {
      let isNothing = try reader.read(&settings)
      #expect(isNothing)
      try settings.finish()
      continue
    }
    let error = #expect(throws: NetworkError.self) { _ = try reader.read(&settings) }
    #expect(error?.description == "here: 'x' is missing")
  }
}

@Test func `A word that stands for a setting is read as none, and what nobody reads is refused`() throws {
  var settings = try BlockSettings(["x": "loss", "y": "none", "z": 1], path: "here")
  #expect(try settings.integer("x", or: "loss") == nil)
  #expect(try settings.column("y", absent: "none") == nil)
  let error = #expect(throws: NetworkError.self) { try settings.finish() }
  #expect(error?.description == "here: 'z' is no setting of this block; there are x, y")
}
