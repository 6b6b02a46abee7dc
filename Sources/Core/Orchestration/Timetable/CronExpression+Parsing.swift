extension CronExpression {
  private static let nicknames = [
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
  ]

  /// Reads five fields, or one of `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly`.
  package init(parsing text: String) throws(TimetableError) {
    let fields = try Self.fields(of: text)
    var parsed: [CronField] = []
    for (word, kind) in zip(fields, CronFieldKind.allCases) {
      parsed.append(
        try CronFieldReader(word: word.text, kind: kind, position: word.position, in: text).field())
    }
    self.text = text
    minutes = parsed[0]
    hours = parsed[1]
    days = parsed[2]
    months = parsed[3]
    weekdays = parsed[4]
    guard hasDay else { throw .never(text) }
  }

  /// The words of an expression, with the place of the first character of each, counted from 1.
  private static func fields(of text: String) throws(TimetableError) -> [(text: String, position: Int)] {
    let written = text.filter { $0 != " " && $0 != "\t" }
    if written.hasPrefix("@") {
      guard let meaning = nicknames[written.lowercased()] else { throw .unknownNickname(written) }
      return meaning.split(separator: " ").map { (String($0), 1) }
    }
    var fields: [(text: String, position: Int)] = []
    var isInside = false
    for (index, character) in text.enumerated() {
      let isBlank = character == " " || character == "\t"
      if !isBlank {
        if isInside {
          fields[fields.count - 1].text.append(character)
        } else {
          fields.append((String(character), index + 1))
        }
      }
      isInside = !isBlank
    }
    guard fields.count == CronFieldKind.allCases.count else { throw .fieldCount(text, fields.count) }
    return fields
  }

  /// Whether there is a year with such a day: there is no 30th of February.
  private var hasDay: Bool {
    if !days.isStar, !weekdays.isStar { return true }
    let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return months.values.contains { month in days.values.contains { $0 <= lengths[month - 1] } }
  }
}

/// What each of the five fields may hold.
enum CronFieldKind: CaseIterable {
  case minute, hour, day, month, weekday

  var name: String {
    switch self {
    case .minute: "minute"
    case .hour: "hour"
    case .day: "day of the month"
    case .month: "month"
    case .weekday: "day of the week"
    }
  }

  var range: ClosedRange<Int> {
    switch self {
    case .minute: 0...59
    case .hour: 0...23
    case .day: 1...31
    case .month: 1...12
    case .weekday: 0...7
    }
  }

  /// Names for the values from the beginning of the range on.
  var names: [String] {
    switch self {
    case .month: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    case .weekday: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
    case .minute, .hour, .day: []
    }
  }
}

/// Reads one field of a cron expression.
private struct CronFieldReader {
  let word: String
  let kind: CronFieldKind
  let position: Int
  let expression: String

  init(word: String, kind: CronFieldKind, position: Int, in expression: String) {
    self.word = word
    self.kind = kind
    self.position = position
    self.expression = expression
  }

  func field() throws(TimetableError) -> CronField {
    var values: Set<Int> = []
    var place = position
    for part in word.split(separator: ",", omittingEmptySubsequences: false) {
      values.formUnion(try self.values(of: part, at: place))
      place += part.count + 1
    }
    if kind == .weekday, values.remove(7) != nil { values.insert(0) }
    return CronField(values: values.sorted(), isStar: word.hasPrefix("*"))
  }

  /// `*`, a value or a range, and a step behind a slash.
  private func values(of part: Substring, at place: Int) throws(TimetableError) -> [Int] {
    let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let range = try self.range(pieces[0], isStepped: pieces.count == 2, at: place)
    guard pieces.count == 2 else { return Array(range) }
    guard let step = Self.number(pieces[1]), step >= 1 else {
      throw problem(
        "the step '\(pieces[1])'", at: place + pieces[0].count + 1, "must be a whole number from 1")
    }
    return Array(stride(from: range.lowerBound, through: range.upperBound, by: step))
  }

  private func range(
    _ text: Substring, isStepped: Bool, at place: Int
  ) throws(TimetableError) -> ClosedRange<Int> {
    // All weekdays are seven: 7 is another name for the first.
    let all = kind == .weekday ? 0...6 : kind.range
    if text == "*" { return all }
    let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let first = try value(ends[0], at: place)
    guard ends.count == 2 else {
      if isStepped { throw problem("'\(text)'", at: place, "must be a range or * where a step follows") }
      return first...first
    }
    let last = try value(ends[1], at: place + ends[0].count + 1)
    guard first <= last else { throw problem("the range '\(text)'", at: place, "ends before it begins") }
    return first...last
  }

  private func value(_ text: Substring, at place: Int) throws(TimetableError) -> Int {
    if let index = kind.names.firstIndex(of: text.uppercased()) { return kind.range.lowerBound + index }
    guard let number = Self.number(text), kind.range.contains(number) else {
      let names = kind.names.first.flatMap { first in kind.names.last.map { ", or \(first) to \($0)" } } ?? ""
      throw problem(
        "'\(text)'", at: place, "must be from \(kind.range.lowerBound) to \(kind.range.upperBound)\(names)")
    }
    return number
  }

  private func problem(_ what: String, at place: Int, _ problem: String) -> TimetableError {
    .wrongField(expression, field: kind.name, position: place, problem: "\(what) \(problem)")
  }

  /// Digits and nothing else.
  private static func number(_ text: Substring) -> Int? {
    (1...4).contains(text.utf8.count)
      && text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
      ? Int(text) : nil
  }
}
