private import Chronology

extension Signature {
  /// A field of two signatures that differs.
  package struct Difference: Equatable, Sendable {
    /// The word that `pipeline.yaml` has for it.
    package let field: String
    package let own: String
    package let others: String

    package init(field: String, own: String, others: String) {
      self.field = field
      self.own = own
      self.others = others
    }
  }

  /// The fields that differ from those of another, by their names, the most telling first.
  package func differences(from other: Signature) -> [Difference] {
    var found: [Difference] = []
    func compare(_ field: String, _ own: String, _ others: String) {
      if own != others { found.append(Difference(field: field, own: own, others: others)) }
    }
    func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
    let (what, others) = (Self.isLabels(hasLabels), Self.isLabels(other.hasLabels))
    compare(
      "targets", what + list(targets), others + list(other.targets))
    compare("classes", list(classes.map(list)), list(other.classes.map(list)))
    compare("features", list(features), list(other.features))
    compare("known ahead", list(knownAhead), list(other.knownAhead))
    compare("horizon", "\(horizon)", "\(other.horizon)")
    compare("shift", "\(labelStart)", "\(other.labelStart)")
    compare("label span", "\(span)", "\(other.span)")
    // Which intervals there are; how many entities have each is told by their names.
    compare("interval", list(intervalNames), list(other.intervalNames))
    compare("calendar", calendar.rawValue, other.calendar.rawValue)
    compare("entities", list(entities), list(other.entities))
    compare("lookback", "\(lookback)", "\(other.lookback)")
    return found
  }

  private var intervalNames: [String] { Set(intervals.map(\.description)).sorted() }

  private static func isLabels(_ hasLabels: Bool) -> String { hasLabels ? "labels " : "" }
}
