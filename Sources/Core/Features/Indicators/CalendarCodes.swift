private import Numerics

/// What the calendar says of the instant, UTC, at which a row's interval opens.
///
/// `hour` 0…23, `weekday` 0 (Monday)…6, `day` of the month 0…30, `month` 0…11, `quarter` 0…3, `minute` of the day
/// 0…1439. As numbers one column a field, `_hour`; cyclic two, `_hour_sin` and `_hour_cos`, of the angle 2π · code /
/// number of codes, so that 23 and 0 are neighbours. Look-back 0, and known ahead.
package struct CalendarCodes: Indicator {
  package static let name = "calendar"
  private let fields: [Field]
  private let encoding: Encoding

  private enum Field: String {
    case hour, weekday, day, month, quarter, minute

    /// How many codes there are.
    var count: Int {
      switch self {
      case .hour: 24
      case .weekday: 7
      case .day: 31
      case .month: 12
      case .quarter: 4
      case .minute: 1440
      }
    }

    @inline(__always)
    func code(of milliseconds: Int64, on day: CivilDay) -> Int {
      switch self {
      case .hour: Int((milliseconds - day.start) / 3_600_000)
      case .weekday: day.weekday
      case .day: day.day - 1
      case .month: day.month - 1
      case .quarter: (day.month - 1) / 3
      case .minute: Int((milliseconds - day.start) / 60_000)
      }
    }
  }

  private enum Encoding: String {
    case cyclic, number
  }

  package init(_ settings: PartSettings) throws(FeatureError) {
    fields = try settings.choices("fields")
    encoding = try settings.choice("encoding")
  }

  package var inputs: [String] { [] }
  package var outputs: [(suffix: String, unit: String)] {
    fields.flatMap { field -> [(suffix: String, unit: String)] in
      switch encoding {
      case .number: [("_\(field.rawValue)", "0…\(field.count - 1)")]
      case .cyclic: [("_\(field.rawValue)_sin", "−1…1"), ("_\(field.rawValue)_cos", "−1…1")]
      }
    }
  }
  package var lookback: Int { 0 }
  package var isKnownAhead: Bool { true }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    guard run.count > 0 else { return }
    let columns = fields.flatMap { field in tables(of: field).map { (field, $0) } }
    for ((field, table), out) in zip(columns, outputs) {
      var day = CivilDay(of: run.time[0])
      for row in 0..<run.count {
        let time = run.time[row]
        if !day.contains(time) { day = CivilDay(of: time) }
        out[row] = table[field.code(of: time, on: day)]
      }
    }
  }

  /// What each code becomes, one table an output.
  private func tables(of field: Field) -> [[Double]] {
    let codes = (0..<field.count).map(Double.init)
    switch encoding {
    case .number: return [codes]
    case .cyclic:
      let angles = codes.map { 2 * Double.pi * $0 / Double(field.count) }
      return [angles.map(Elementary.sin), angles.map(Elementary.cos)]
    }
  }
}
