extension YearlyRule {
  /// Reads the `TZ` text of a tz file; nil when it is none.
  init?(parsing text: some StringProtocol) {
    var scanner = RuleScanner(text: Array(text.utf8))
    guard let name = scanner.name(), let west = scanner.seconds() else { return nil }
    standard = TimeZoneRules.Offset(seconds: -west, abbreviation: name)
    guard !scanner.isAtEnd else {
      daylight = nil
      return
    }
    guard let summer = scanner.name() else { return nil }
    // Clocks are an hour ahead in summer unless it is written.
    var offset = standard.seconds + 3600
    if scanner.next != UInt8(ascii: ",") {
      guard let west = scanner.seconds() else { return nil }
      offset = -west
    }
    guard scanner.take(","), let begin = scanner.moment(), scanner.take(","), let end = scanner.moment(),
      scanner.isAtEnd
    else { return nil }
    daylight = Daylight(
      offset: TimeZoneRules.Offset(seconds: offset, abbreviation: summer), begin: begin, end: end)
  }
}

/// Reads the parts of a `TZ` text.
private struct RuleScanner {
  let text: [UInt8]
  private var index = 0

  init(text: [UInt8]) { self.text = text }

  var isAtEnd: Bool { index == text.count }

  var next: UInt8? { isAtEnd ? nil : text[index] }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  /// Three letters or more, or anything between `<` and `>`.
  mutating func name() -> String? {
    let isQuoted = take("<")
    let start = index
    while let byte = next, isQuoted ? byte != UInt8(ascii: ">") : Self.isLetter(byte) { index += 1 }
    let name = String(decoding: text[start..<index], as: UTF8.self)
    guard !isQuoted || take(">") else { return nil }
    return name.utf8.count >= 3 ? name : nil
  }

  /// `[+-]h[:mm[:ss]]`.
  mutating func seconds() -> Int64? {
    let sign: Int64 = take("-") ? -1 : 1
    if sign == 1 { _ = take("+") }
    guard let hours = number(0...167) else { return nil }
    var seconds = Int64(hours) * 3600
    for unit in [60, 1] as [Int64] where take(":") {
      guard let value = number(0...59) else { return nil }
      seconds += Int64(value) * unit
    }
    return sign * seconds
  }

  /// A day, and behind a slash its time; without one it is two o'clock.
  mutating func moment() -> YearlyRule.Moment? {
    guard let day = day() else { return nil }
    guard take("/") else { return YearlyRule.Moment(day: day, second: 7200) }
    return seconds().map { YearlyRule.Moment(day: day, second: $0) }
  }

  private mutating func day() -> YearlyRule.Moment.Day? {
    if take("J") { return number(1...365).map { .withoutLeapDay($0) } }
    guard take("M") else { return number(0...365).map { .counted($0) } }
    guard let month = number(1...12), take("."), let week = number(1...5), take("."), let day = number(0...6)
    else { return nil }
    return .weekday(month: month, week: week, day: day)
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int? {
    let start = index
    var value = 0
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), index < start + 3 {
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
      index += 1
    }
    return index > start && range.contains(value) ? value : nil
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }
}
