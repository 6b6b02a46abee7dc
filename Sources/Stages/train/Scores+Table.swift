import Evaluation
import Forecasting
import Numerics

extension Scores {
  /// The model beside the baselines, as a table for people, and what may be claimed.
  func table(model name: String, tests: [BaselineTest]) -> [String] {
    let entries = [(name, nil as BaselineTest?)] + tests.map { ($0.baseline.name, $0) }
    let errors =
      [losses.sums]
      + baselines.map(\.losses.sums)
    let columns: [[String]] = [
      ["\(DecimalNumber.grouped(times.count)) test windows"] + entries.map(\.0),
      ["MSE"] + DecimalNumber.readable(errors.map(\.levels.meanSquare)),
      ["MAE"] + DecimalNumber.readable(errors.map(\.levels.meanAbsolute)),
      ["MSE (std.)"] + DecimalNumber.readable(errors.map(\.transformed.meanSquare)),
      ["beaten by"] + entries.map { $0.1.map { ScoreWords.percentage($0.result.skill) } ?? "" },
      ["p"] + entries.map { $0.1.map { ScoreWords.probability($0.result.test?.pBetter) } ?? "" },
    ]
    return (0...entries.count).map { row in
      columns.enumerated().map { column, cells in
        let padding = String(repeating: " ", count: (cells.map(\.count).max() ?? 0) - cells[row].count)
        return column == 0 ? cells[row] + padding : padding + cells[row]
      }.joined(separator: "   ")
    } + [Verdict(on: name, tests).words(of: name)].compactMap(\.self) + accuracy + interval(tests) + [
      "beaten by: the share of a baseline's squared error that is gone,",
      "  in \(tests.contains { $0.transformed != nil } ? "the units of the model" : "original units"); "
        + "p: the probability of as much by luck",
    ]
  }

  /// Between which limits the skill against the first baseline lies.
  private func interval(_ tests: [BaselineTest]) -> [String] {
    guard let first = tests.first, first.result.interval != nil else { return [] }
    return ["\(first.baseline.name) is beaten by \(ScoreWords.limits(first.result.interval)), 19 times of 20"]
  }

  private var accuracy: [String] {
    guard let classes, let confusion = classes.confusions.first, confusion.total > 0 else { return [] }
    let metrics = self.metrics(tests: []).values
    guard let own = metrics["test/accuracy"], let other = metrics["test/accuracy/majority"],
      let low = metrics["test/accuracy/lower"], let high = metrics["test/accuracy/upper"]
    else { return [] }
    let p = metrics["test/accuracy/p"].map { ", p \(ScoreWords.probability($0))" } ?? ""
    return [
      "\(ScoreWords.percentage(own)) of classes are right (\(ScoreWords.limits(low...high))\(p));",
      "  the most frequent one is in \(ScoreWords.percentage(other))",
    ]
  }
}
