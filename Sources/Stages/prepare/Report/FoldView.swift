import Charts

/// A way of splitting the rows, as the report looks at it: one, or a fold of several.
struct FoldView: Equatable {
  /// What a part is for.
  enum Role: String, CaseIterable {
    case train, validation, test
    /// Rows whose labels reach over a border.
    case purged
    /// Rows kept away from what they resemble.
    case embargo
  }

  struct Part: Equatable {
    var role: Role
    /// Milliseconds since the epoch; `until` is the opening of the first bar behind it.
    var from: Int64
    var until: Int64
    /// How many windows, or rows where there are no windows yet.
    var count: Int
  }

  /// Empty where there is one alone.
  var name: String
  /// Whose rows these are; nil for all.
  var entity: String?
  var parts: [Part]

  /// The parts of a role.
  func parts(_ role: Role) -> [Part] { parts.filter { $0.role == role } }
}

extension FoldView.Role {
  var tone: Tone {
    switch self {
    case .train: .first
    case .validation: .second
    case .test: .third
    case .purged: .cut
    case .embargo: .held
    }
  }
}

extension FoldView {
  var spans: [Span] {
    parts.map { Span($0.role.rawValue, $0.role.tone, from: Double($0.from), until: Double($0.until)) }
  }

  /// The values whose times lie in the parts of a role.
  func values(_ values: [Double], at times: [Int64], of role: Role) -> [Double] {
    parts(role).flatMap { part in
      values[Self.row(of: part.from, in: times)..<Self.row(of: max(part.from, part.until), in: times)]
    }
  }

  /// The first row at or behind a time.
  private static func row(of time: Int64, in times: [Int64]) -> Int {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
