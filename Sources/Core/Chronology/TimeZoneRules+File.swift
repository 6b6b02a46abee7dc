extension TimeZoneRules {
  /// Reads a compiled file of the tz database; nil for anything else.
  ///
  /// Version 2 or later of TZif, RFC 8536: a version 1 file ends in 2037, and one that counts leap seconds (`right/…`) does
  /// not fit clocks that do not.
  package init?(name: String, file: [UInt8]) {
    var reader = TimeZoneFileReader(bytes: file[...])
    guard let old = reader.header(), old.version >= UInt8(ascii: "2"), reader.skip(old.length(timeSize: 4)),
      let header = reader.header(), header.leapSeconds == 0, header.types > 0,
      let body = reader.body(of: header), let first = body.offsets.first
    else { return nil }
    var changes: [Change] = []
    for (second, type) in zip(body.seconds, body.types) {
      guard type < body.offsets.count, second > changes.last?.second ?? .min else { return nil }
      changes.append(Change(second: second, zone: body.offsets[type]))
    }
    guard let text = reader.footer() else { return nil }
    let rule = text.isEmpty ? nil : YearlyRule(parsing: text)
    guard text.isEmpty || rule != nil else { return nil }
    self.init(name: name, first: first, changes: changes, rule: rule)
  }
}

/// Reads the parts of a TZif file, in the order in which they stand there.
private struct TimeZoneFileReader {
  struct Header {
    var version: UInt8
    var universalFlags: Int
    var standardFlags: Int
    var leapSeconds: Int
    var times: Int
    var types: Int
    var characters: Int

    func length(timeSize: Int) -> Int {
      times * (timeSize + 1) + types * 6 + characters + leapSeconds * (timeSize + 4) + standardFlags
        + universalFlags
    }
  }

  struct Body {
    var seconds: [Int64]
    var types: [Int]
    var offsets: [TimeZoneRules.Offset]
  }

  private var bytes: ArraySlice<UInt8>

  init(bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  mutating func header() -> Header? {
    guard let start = take(20), start.prefix(4).elementsEqual("TZif".utf8) else { return nil }
    let counts = (0..<6).compactMap { _ in integer(4) }.map(Int.init)
    // No zone has changed a hundred thousand times; a number that says so is none to multiply with.
    guard counts.count == 6, counts.allSatisfy({ (0...100_000).contains($0) }) else { return nil }
    return Header(
      version: start[start.startIndex + 4], universalFlags: counts[0], standardFlags: counts[1],
      leapSeconds: counts[2], times: counts[3], types: counts[4], characters: counts[5])
  }

  mutating func skip(_ count: Int) -> Bool { take(count) != nil }

  mutating func body(of header: Header) -> Body? {
    let seconds = (0..<header.times).compactMap { _ in integer(8) }
    guard seconds.count == header.times, let types = take(header.times) else { return nil }
    var kinds: [(seconds: Int64, name: Int)] = []
    for _ in 0..<header.types {
      guard let offset = integer(4), let flags = take(2), let name = flags.last else { return nil }
      guard abs(offset) < 26 * 3600 else { return nil }
      kinds.append((offset, Int(name)))
    }
    guard let names = take(header.characters), skip(header.standardFlags + header.universalFlags) else {
      return nil
    }
    let offsets = kinds.map { kind in
      let letters = names.dropFirst(kind.name).prefix { $0 != 0 }
      return TimeZoneRules.Offset(
        seconds: kind.seconds, abbreviation: String(decoding: letters, as: UTF8.self))
    }
    return Body(seconds: seconds, types: types.map(Int.init), offsets: offsets)
  }

  /// The text between the two line feeds that end the file.
  mutating func footer() -> String? {
    guard bytes.count >= 2, bytes.first == 0x0A, bytes.last == 0x0A else { return nil }
    return String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
  }

  /// A signed number, most significant byte first.
  private mutating func integer(_ size: Int) -> Int64? {
    guard let field = take(size) else { return nil }
    let value = field.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return size == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
  }

  private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard bytes.count >= count else { return nil }
    defer { bytes = bytes.dropFirst(count) }
    return bytes.prefix(count)
  }
}
