/// The time that has passed from an origin to the instant at which a row's interval opens.
///
/// (t − origin) / unit: the time index τ of Time2Vec (https://arxiv.org/abs/1907.05321). A year is the Gregorian
/// calendar's mean one, 365.2425 days. Look-back 0, and known ahead. It identifies the date, so that a model may learn
/// by heart what happened when: the leak check names it.
package struct TimeIndex: Indicator {
  package static let name = "time-index"
  /// ms since the epoch.
  private let origin: Int64
  private let unit: Unit

  private enum Unit: String {
    case year, day

    var milliseconds: Double { self == .year ? 365.2425 * 86_400_000 : 86_400_000 }
  }

  package init(_ settings: PartSettings) throws(FeatureError) {
    origin = Int64(try settings.integer("origin"))
    unit = try settings.choice("unit")
  }

  package var inputs: [String] { [] }
  package var outputs: [(suffix: String, unit: String)] { [("", "\(unit.rawValue)s")] }
  package var lookback: Int { 0 }
  package var isKnownAhead: Bool { true }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    let (time, out, milliseconds) = (run.time, outputs[0], unit.milliseconds)
    for row in 0..<run.count { out[row] = (Double(time[row]) - Double(origin)) / milliseconds }
  }
}
