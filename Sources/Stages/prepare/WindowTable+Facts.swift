import Artifacts
import Chronology
import Numerics

extension WindowTable {
  var splitFacts: JSON {
    let facts = Split.allCases.map { split -> (String, JSON) in
      let rows = origins[split] ?? []
      let first = rows.map { time[Int($0) + 1] }.min() ?? 0
      let last = rows.map { time[Int($0) + signature.horizon] }.max() ?? 0
      return (
        split.rawValue,
        [
          "windows": JSON(rows.count), "firstLabel": .string(Instant(milliseconds: first).description),
          "lastLabel": .string(Instant(milliseconds: last).description),
        ]
      )
    }
    return .object(Dictionary(facts) { first, _ in first })
  }

  func summary(purged: Int) -> [String] {
    let counts = Split.allCases.map { "\(DecimalNumber.grouped(origins[$0]?.count ?? 0)) \($0.rawValue)" }
    return [
      "\(DecimalNumber.grouped(rowCount)) rows, look-back \(signature.lookback), horizon \(signature.horizon)",
      "windows: " + counts.joined(separator: ", ")
        + ", \(DecimalNumber.grouped(purged)) purged at the borders",
    ]
  }
}
