import Evaluation
import Forecasting
import Numerics

extension Scores {
  /// The model beside the baselines, as a table for people.
  func table(model name: String, windows: Int) -> [String] {
    let entries = [(name, model)] + baselines.map { ($0.baseline.name, $0.sums) }
    let reference = baselines.first?.sums.levels
    let columns: [[String]] = [
      ["\(DecimalNumber.grouped(windows)) test windows"] + entries.map(\.0),
      ["MSE"] + DecimalNumber.readable(entries.map { $0.1.levels.meanSquare }),
      ["MAE"] + DecimalNumber.readable(entries.map { $0.1.levels.meanAbsolute }),
      ["MSE (std.)"] + DecimalNumber.readable(entries.map { $0.1.transformed.meanSquare }),
      ["skill"] + entries.map { reference.flatMap($0.1.levels.skill).map(Self.percentage) ?? "–" },
    ]
    return (0...entries.count).map { row in
      columns.enumerated().map { column, cells in
        let padding = String(repeating: " ", count: (cells.map(\.count).max() ?? 0) - cells[row].count)
        return column == 0 ? cells[row] + padding : padding + cells[row]
      }.joined(separator: "   ")
    } + accuracy + [
      "skill: the share of \(baselines.first?.baseline.name ?? "repeat")'s squared error that is gone, in original units"
    ]
  }

  private var accuracy: [String] {
    guard let own = classHits.metrics["test/accuracy"],
      let other = classHits.metrics["test/accuracy/majority"]
    else { return [] }
    return [
      "\(Self.percentage(own)) of classes are right; the most frequent one is in \(Self.percentage(other))"
    ]
  }

  private static func percentage(_ share: Double) -> String {
    DecimalNumber.fixed(share * 100, places: 1) + " %"
  }
}
