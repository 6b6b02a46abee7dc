import Artifacts
import Foundation
import TestSupport
import Testing

/// Something that `prepare` must refuse: the data, what is written under `with:`, and what the message must say.
struct BadFeatures: Sendable, CustomTestStringConvertible {
  let name: String
  var settings: [String] = BadFeatures.settings
  /// Hours that are missing from the data.
  var missing: [Int] = []
  /// Changes a row of the data, by its number.
  var row: (@Sendable (Int, String) -> String)?
  var status: Int32 = 2
  let expected: [String]
  var testDescription: String { name }

  static let split = "split: {fractions: {train: 0.6, validation: 0.2, test: 0.2}}"
  static let settings = ["lookback: 24", "horizon: 4", split]
  static let labels = ["lookback: 24", split]

  static let all = [
    BadFeatures(
      name: "an unknown column", settings: settings + ["features:", "  - load", "  - {sma: {of: laod}}"],
      expected: [
        "pipeline.yaml:15:11: 'sma' names the column 'laod', and the series has load, temp; did you mean 'load'?"
      ]),
    BadFeatures(
      name: "a split that is none", settings: ["lookback: 24", "horizon: 4", "split: random_leaky"],
      expected: ["there is no split 'random_leaky'; did you mean 'random-leaky'?"]),
    BadFeatures(
      name: "an exact filter over too many rows",
      settings: ["lookback: 513", "horizon: 4", split, "window: {smooth: [gp-smooth]}"],
      expected: ["'gp-smooth' is exact and takes at most 512 values, not 513; shorten 'lookback'"]),
    BadFeatures(
      name: "an unknown plain column", settings: settings + ["features: [load, tmep]"],
      expected: ["pipeline.yaml:13:24: ", "the column 'tmep'", "did you mean 'temp'?"]),
    BadFeatures(
      name: "an unknown indicator", settings: settings + ["features:", "  - load", "  - {smaa: {of: load}}"],
      expected: ["pipeline.yaml:15:11: there is no indicator 'smaa'; did you mean 'sma'?"]),
    BadFeatures(
      name: "an unknown transform", settings: settings + ["transforms: [lgo]"],
      expected: ["pipeline.yaml:13:20: there is no transform 'lgo'; did you mean 'log'?"]),
    BadFeatures(
      name: "an unknown transform of one feature",
      settings: settings + ["features:", "  - column: {of: load, transforms: [robsut]}"],
      expected: ["pipeline.yaml:14:43: there is no transform 'robsut'; did you mean 'robust'?"]),
    BadFeatures(
      name: "an unknown label", settings: labels + ["labels: [tredn]"],
      expected: ["pipeline.yaml:12:16: there is no label 'tredn'; did you mean 'trend'?"]),
    BadFeatures(
      name: "a label of an unknown column", settings: labels + ["labels:", "  - {return: {of: laod}}"],
      expected: ["pipeline.yaml:13:11: 'return' names the column 'laod'", "did you mean 'load'?"]),
    BadFeatures(
      name: "an unknown target", settings: settings + ["targets: [laod]"],
      expected: ["'targets' names 'laod', and the features are load, temp; did you mean 'load'?"]),
    BadFeatures(
      name: "a transform that cannot be undone on a target",
      settings: settings + ["transforms: [winsorize, log]"],
      expected: [
        "'load' is forecast, and its transform 'winsorize' cannot be undone; take another one, or forecast a label"
      ]),
    BadFeatures(
      name: "overlapping parts",
      settings: [
        "lookback: 24", "horizon: 4", "split:", "  ranges:", "    train: [2024-01-01, 2024-01-07]",
        "    validation: [2024-01-06, 2024-01-08]", "    test: [2024-01-08, 2024-01-10]",
      ],
      expected: ["'split' would overlap: ", "end the one where the other begins"]),
    BadFeatures(
      name: "parts in the wrong order",
      settings: [
        "lookback: 24", "horizon: 4", "split:", "  ranges:", "    train: [2024-01-04, 2024-01-07]",
        "    validation: [2024-01-01, 2024-01-03]", "    test: [2024-01-08, 2024-01-10]",
      ],
      expected: ["'split': ", "follow each other in time"]),
    BadFeatures(
      name: "more folds than there are rows",
      settings: [
        "lookback: 24", "horizon: 4", "split: {walk_forward: {folds: 40, test: 24, validation: 24}}",
      ],
      status: 65, expected: ["'split' asks for 40 folds, and", "ask for fewer, or take more data"]),
    BadFeatures(
      name: "a look-back longer than every run between gaps",
      missing: [20, 40, 61, 80, 101, 122, 140, 160, 181, 200],
      status: 65,
      expected: [
        "look-back 24 + horizon 4 need 28 rows without a gap, and the longest run, of 'plant', has 20"
      ]),
    BadFeatures(
      name: "a horizon of all rows", settings: ["lookback: 24", "horizon: 220", split], status: 65,
      expected: [
        "look-back 24 + horizon 220 need 244 rows without a gap, and the longest run, of 'plant', has 220"
      ]),
    BadFeatures(
      name: "a horizon longer than a part", settings: ["lookback: 24", "horizon: 50", split], status: 65,
      expected: [
        "no window falls into the validation part: with look-back 24 and horizon 50 none of its 44 rows can hold one whole"
      ]
    ),
    BadFeatures(
      name: "an indicator longer than the data",
      settings: settings + ["features: [load, {sma: {of: load, period: 300}}]"],
      status: 65,
      expected: ["look-back 24 + horizon 4 + 299 for the transforms need 327 rows without a gap"]),
    BadFeatures(
      name: "one class in training", settings: labels + ["labels: [{trend: {of: load, threshold: 5}}]"],
      status: 65,
      expected: [
        "the training windows have only the class 'down' of 'trend_",
        "choose other thresholds",
      ]),
    BadFeatures(
      name: "one class in one fold's training",
      settings: [
        "lookback: 24", "split: {walk_forward: {folds: 3, test: 20, validation: 20}}",
        "labels: [{trend: {of: load, threshold: 0}}]",
      ],
      row: { row, line in
        // Falls for the first 150 hours, and goes up and down behind them.
        row < 150
          ? line.replacing(column: 1, by: "\(1000 - row)") : line.replacing(column: 1, by: "\(500 + row % 5)")
      },
      status: 65, expected: ["of fold 0 of 0…2 have only the class 'down' of 'trend_"]),
    BadFeatures(
      name: "a label that is no number", settings: labels + ["labels: [{return: {of: load}}]"],
      row: { row, line in row == 100 ? line.replacing(column: 1, by: "0") : line }, status: 65,
      expected: ["'return_load' of 'plant' is inf at 2024-01-05T04:00:00Z"]),
    BadFeatures(
      name: "a logarithm of zero", settings: settings + ["transforms: [log]"],
      row: { row, line in row == 100 ? line.replacing(column: 1, by: "0") : line }, status: 65,
      expected: ["'load' of 'plant' is 0.0 at 2024-01-05T04:00:00Z, and 'log' needs positive numbers"]),
    BadFeatures(
      name: "a zero that a later value is divided by", settings: settings + ["transforms: [percent-change]"],
      row: { row, line in row == 100 ? line.replacing(column: 1, by: "0") : line }, status: 65,
      expected: ["'load' of 'plant' is 0 at 2024-01-05T04:00:00Z, and 'percent-change' divides by it"]),
    BadFeatures(
      name: "a fold with a transform that is no change of scale",
      settings: [
        "lookback: 24", "horizon: 4", "split: {walk_forward: {folds: 3, test: 20, validation: 20}}",
        "transforms: [box-cox]",
      ], expected: ["'load' cannot be prepared for several folds at once: 'box-cox' is no change of scale"]),
    BadFeatures(
      name: "a centred mean",
      settings: settings + ["features: [load, {rolling: {of: load, centred: true, as: middle}}]"],
      status: 78,
      expected: [
        "the leak check found what sees the future: 'middle' changes when the future is deleted",
        "allow_leak: ",
      ]),
    BadFeatures(
      name: "a normaliser of the whole series",
      settings: settings + ["transforms: [{standardize: {fit: all}}]"],
      status: 78, expected: ["what the transforms of 'load', 'temp' learn changes with validation and test"]),
    BadFeatures(
      name: "a scale that sees the labels",
      settings: settings + ["window: {scale: min-max, over: inputs-and-labels}"],
      status: 78, expected: ["the scale of a window changes with its labels"]),
    BadFeatures(
      name: "a rejected gap", settings: settings + ["clean: {gaps: reject}"], missing: [50, 51], status: 65,
      expected: ["'clean' rejects gaps", "of 'plant' at 2024-01-03T02:00:00Z"]),
  ]
}

extension String {
  /// A line of a CSV with another cell.
  fileprivate func replacing(column: Int, by text: String) -> String {
    var cells = split(separator: ",").map(String.init)
    cells[column] = text
    return cells.joined(separator: ",")
  }
}

extension Workspace {
  /// Writes the settings of step `windows`, one a line.
  func prepare(_ settings: [String]) throws {
    try replace(
      "with: {lookback: 24, horizon: 4, \(BadFeatures.split)}",
      by: "with:\n" + settings.map { "      " + $0 }.joined(separator: "\n"), in: "pipeline.yaml")
  }

  /// Changes rows of the data, and leaves some out.
  fileprivate func change(_ row: (Int, String) -> String, missing: [Int] = []) throws {
    let lines = try folder.read("data.csv").split(separator: "\n").map(String.init)
    let rows = lines.dropFirst().enumerated().filter { !missing.contains($0.offset) }.map {
      row($0.offset, $0.element)
    }
    try folder.write((lines.prefix(1) + rows).joined(separator: "\n") + "\n", to: "data.csv")
  }
}

@Test(arguments: BadFeatures.all)
func `What cannot be prepared is refused with its place and a remedy, and nothing is published`(
  bad: BadFeatures
) throws {
  let workspace = try Workspace()
  try workspace.prepare(bad.settings)
  try workspace.change(bad.row ?? { $1 }, missing: bad.missing)
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == bad.status, "\(result.error)")
  for text in bad.expected { #expect(result.error.contains(text), "\(result.error)") }
  #expect(workspace.results(of: "windows").isEmpty)
}

/// What stands in a cell that holds no number.
@Test(arguments: ["", "nan", "NaN", "null", "-inf"])
func `A hole in the middle of a column is named, and nothing is filled in on its behalf`(cell: String) throws
{
  let workspace = try Workspace()
  try workspace.change { row, line in row == 99 ? line.replacing(column: 2, by: cell) : line }
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == 65 && result.error.contains("data.csv:101:"), "\(result.error)")
  #expect(result.error.contains("'\(cell)' in column 'temp'") || cell.isEmpty, "\(result.error)")
  #expect(workspace.results(of: "series").isEmpty)
}
