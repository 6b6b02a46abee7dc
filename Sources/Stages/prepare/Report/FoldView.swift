import Charts

/// A way of splitting the rows, as the report looks at it: one, or a fold of several.
struct FoldView: Equatable {
  /// What a part is for.
  enum Role: String, CaseIterable {
    case train, validation, test
  }

  struct Part: Equatable {
    var role: Role
    /// Milliseconds since the epoch; `until` is the opening of the first bar behind it.
    var from: Int64
    var until: Int64
    /// How many windows.
    var count: Int
  }

  /// Empty where there is one alone.
  var name: String
  var parts: [Part]
  /// Whether windows were dealt at random, so that the parts lie over each other and hold the same rows.
  var isRandom = false

  /// The parts of a role.
  func parts(_ role: Role) -> [Part] { parts.filter { $0.role == role } }
}

extension FoldView.Role {
  var tone: Tone {
    switch self {
    case .train: .first
    case .validation: .second
    case .test: .third
    }
  }
}

extension FoldView {
  /// Stretches in the order of time, those of a role that follow each other as one: what lies between them is a gap of
  /// the data, and no other role's.
  static func joined(_ spans: [Part]) -> [Part] {
    spans.sorted { ($0.from, $0.until) < ($1.from, $1.until) }.reduce(into: []) { parts, span in
      guard let last = parts.indices.last, parts[last].role == span.role else { return parts.append(span) }
      parts[last].until = max(parts[last].until, span.until)
      parts[last].count += span.count
    }
  }

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
