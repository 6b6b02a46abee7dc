import Numerics

/// Figures of scores as people read them.
enum ScoreWords {
  static func percentage(_ share: Double?) -> String {
    share.map { DecimalNumber.fixed($0 * 100, places: 1) + " %" } ?? "–"
  }

  static func limits(_ range: ClosedRange<Double>?) -> String {
    range.map {
      "\(DecimalNumber.fixed($0.lowerBound * 100, places: 1)) … \(DecimalNumber.fixed($0.upperBound * 100, places: 1)) %"
    } ?? "–"
  }

  static func probability(_ p: Double?) -> String {
    p.map { $0 < 0.0001 ? "< 0.0001" : DecimalNumber.fixed($0, places: 4) } ?? "–"
  }
}
