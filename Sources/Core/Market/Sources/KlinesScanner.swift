import Artifacts
private import Chronology
private import Numerics

/// Reads candles without building a tree of JSON values, and without holding the file.
struct KlinesScanner {
  private let stream: ByteStream
  private let path: String
  private let chosen: [String]?
  private var batch = RowBatch()
  /// Of each value of a candle, or field of an object, its place in a row; nil for those that nobody wants.
  private var slots: [Int?] = []
  private var width = 0
  /// The fields of an object in the order of the first one, and which of them is the time.
  private var fields: [[UInt8]] = []
  private var timeField = 0
  /// In which object a field was seen last.
  private var seen: [Int] = []
  private var objects = 0

  private static let batchRows = 1 << 14
  private static let fieldLimit = 4096

  typealias Columns = ([Series.Column]) throws(MarketError) -> Void
  typealias Each = (_ batch: RowBatch, _ done: Int, _ total: Int) throws(MarketError) -> Void

  init(path: String, chosen: [String]?) throws(MarketError) {
    self.path = path
    self.chosen = chosen
    do { stream = try ByteStream(path) } catch { throw .disk(error) }
    guard stream.size > 0 else { throw .empty(path: path) }
  }

  var digest: Digest { stream.digest }

  /// Hands over the columns, and then the rows in batches.
  mutating func scan(_ columns: Columns, each: Each) throws(MarketError) {
    try readOn()
    try expect("[", "a list of candles [[time, open, high, low, close, volume], …]")
    try readOn()
    if take("]") { throw .noRows(path: path) }
    if peek("{") {
      try objects(columns, each)
    } else {
      try candles(columns, each)
    }
    try expect("]", "',' or ']' after a candle")
    try readOn()
    guard stream.isExhausted else { throw malformed("something follows the list of candles") }
    try flush(each)
  }

  private mutating func flush(_ each: Each) throws(MarketError) {
    guard !batch.time.isEmpty else { return }
    try each(batch, stream.position, stream.size)
    batch.time.removeAll(keepingCapacity: true)
    batch.values.removeAll(keepingCapacity: true)
  }

  // MARK: Candles

  private mutating func candles(_ columns: Columns, _ each: Each) throws(MarketError) {
    var values: [Double] = []
    var count = 0
    repeat {
      try readOn()
      try expect("[", "a candle [time, open, high, low, close, volume]")
      let time = try time()
      batch.time.append(time)
      values.removeAll(keepingCapacity: true)
      for column in KlinesSource.columns {
        try expect(",", "six or twelve numbers in a candle")
        values.append(try number(column.name))
      }
      if !take("]") { try rest(of: &values) }
      if count == 0 {
        count = values.count
        try begin(count == 5 ? KlinesSource.columns : KlinesSource.allColumns, columns)
      }
      guard values.count == count else {
        throw malformed("as many numbers as in the first candle are expected here")
      }
      add(values)
      if batch.time.count == Self.batchRows { try flush(each) }
      try readOn()
    } while take(",")
  }

  /// Closing time, quote volume, trades, taker volumes and a field that means nothing.
  private mutating func rest(of values: inout [Double]) throws(MarketError) {
    for position in 0..<6 {
      try expect(",", "six or twelve numbers in a candle")
      let value = try number(
        position == 0 || position == 5
          ? "the rest of a candle of twelve" : KlinesSource.allColumns[4 + position].name)
      if position != 0, position != 5 { values.append(value) }
    }
    try expect("]", "six or twelve numbers in a candle")
  }

  /// Chooses among the columns that there are, and says which were chosen.
  private mutating func begin(_ found: [Series.Column], _ columns: Columns) throws(MarketError) {
    guard let chosen else {
      slots = Array(found.indices)
      width = found.count
      return try columns(found)
    }
    slots = found.map { _ in nil }
    for (slot, name) in chosen.enumerated() {
      guard let index = found.firstIndex(where: { $0.name == name }) else {
        throw .noColumn(name, path: path, known: found.map(\.name))
      }
      slots[index] = slot
    }
    width = chosen.count
    try columns(chosen.map(KlinesSource.column(named:)))
  }

  private mutating func add(_ values: [Double]) {
    let base = batch.values.count
    batch.values += repeatElement(0.0, count: width)
    for (index, slot) in slots.enumerated() { if let slot { batch.values[base + slot] = values[index] } }
  }

  // MARK: Objects

  private mutating func objects(_ columns: Columns, _ each: Each) throws(MarketError) {
    let start = stream.index
    if try beginNested() {
      try readOn()
      if take("]") { throw .noRows(path: path) }
      try rows(columns, each)
      try expect("]", "',' or ']' after a candle")
      try readOn()
      try endNested()
      try readOn()
      if take(",") {
        throw malformed("a second ticker; give each ticker a file of its own")
      }
      return
    }
    stream.index = start
    try rows(columns, each)
  }

  /// Goes into the first object up to its price data; false when it has none and is a row itself.
  private mutating func beginNested() throws(MarketError) -> Bool {
    try expect("{", "a candle")
    repeat {
      let key = try text("a name in quotes")
      try expect(":", "':' after a name")
      if key.elementsEqual("priceData".utf8) {
        try expect("[", "a list of candles [{\"date\": …, \"open\": …}, …]")
        return true
      }
      try skipScalar()
    } while take(",")
    try expect("}", "',' or '}' after a field")
    return false
  }

  private mutating func endNested() throws(MarketError) {
    while take(",") {
      _ = try text("a name in quotes")
      try expect(":", "':' after a name")
      try skipScalar()
    }
    try expect("}", "',' or '}' after a field")
  }

  private mutating func rows(_ columns: Columns, _ each: Each) throws(MarketError) {
    repeat {
      try readOn()
      if fields.isEmpty {
        let start = stream.index
        try findFields(columns)
        stream.index = start
      }
      try object()
      if batch.time.count == Self.batchRows { try flush(each) }
      try readOn()
    } while take(",")
  }

  /// Takes the names of the fields from the first object.
  private mutating func findFields(_ columns: Columns) throws(MarketError) {
    try expect("{", "a candle {\"date\": …, \"open\": …}")
    repeat {
      let start = stream.index
      let key = try text("a name in quotes")
      guard !fields.contains(where: { $0.elementsEqual(key) }) else {
        throw malformed("a field stands twice", at: start)
      }
      guard fields.count < Self.fieldLimit else { throw malformed("more than 4,096 fields", at: start) }
      fields.append(Array(key))
      try expect(":", "':' after a name")
      try skipScalar()
    } while take(",")
    let names = fields.map { String(decoding: $0, as: UTF8.self) }
    guard let time = names.firstIndex(of: "date") ?? names.firstIndex(of: "time") else {
      throw malformed(
        "the fields have neither 'date' nor 'time': \(names.prefix(12).joined(separator: ", "))")
    }
    timeField = time
    let found = names.enumerated().filter { $0.offset != time }.map { KlinesSource.column(named: $0.element) }
    guard !found.isEmpty else { throw malformed("a candle has no field besides its time") }
    try begin(found, columns)
    // One slot a field, the time among them.
    slots.insert(nil, at: time)
    seen = [Int](repeating: 0, count: fields.count)
  }

  private mutating func object() throws(MarketError) {
    try expect("{", "a candle {\"date\": …, \"open\": …}")
    objects += 1
    let base = batch.values.count
    batch.values += repeatElement(0, count: width)
    var position = 0
    repeat {
      skipSpace()
      let start = stream.index
      let key = try text("a name in quotes")
      let field =
        position < fields.count && fields[position].elementsEqual(key)
        ? position : fields.firstIndex { $0.elementsEqual(key) }
      guard let field else {
        throw malformed(
          "the field '\(String(decoding: key, as: UTF8.self))' is not in the first candle", at: start)
      }
      guard seen[field] != objects else { throw malformed("a field stands twice", at: start) }
      seen[field] = objects
      try expect(":", "':' after a name")
      if field == timeField {
        let time = try writtenTime()
        batch.time.append(time)
      } else if let slot = slots[field] {
        let name = fields[field]
        let value = try number(String(decoding: name, as: UTF8.self))
        batch.values[base + slot] = value
      } else if chosen != nil {
        try skipScalar()
      }
      position += 1
    } while take(",")
    try expect("}", "',' or '}' after a field")
    guard let missing = seen.firstIndex(where: { $0 != objects }) else { return }
    stream.index -= 1
    throw malformed("the field '\(String(decoding: fields[missing], as: UTF8.self))' is missing")
  }

  // MARK: Values

  /// The digits of a time, quoted or not.
  private mutating func time() throws(MarketError) -> Int64 {
    skipSpace()
    let start = stream.index
    let isQuoted = take("\"")
    let first = stream.index
    while stream.index < stream.bytes.count, stream.bytes[stream.index] &- UInt8(ascii: "0") <= 9 {
      stream.index += 1
    }
    let digits = UnsafeBufferPointer(rebasing: stream.bytes[first..<stream.index])
    guard let instant = Instant(parsing: digits) else { throw notATime(start, "time") }
    if isQuoted { guard take("\"") else { throw notATime(start, "time") } }
    return instant.milliseconds
  }

  /// A time as text, or a number of seconds or milliseconds.
  private mutating func writtenTime() throws(MarketError) -> Int64 {
    guard peek("\"") else { return try time() }
    let start = stream.index
    let text = try text("a time")
    guard let instant = Instant(parsing: UnsafeBufferPointer(rebasing: text)) else {
      throw notATime(start, String(decoding: fields[timeField], as: UTF8.self))
    }
    return instant.milliseconds
  }

  private func notATime(_ start: Int, _ column: String) -> MarketError {
    .notATime(place: place(start), column: column, text: excerpt(start))
  }

  private mutating func number(_ column: @autoclosure () -> String) throws(MarketError) -> Double {
    skipSpace()
    let start = stream.index
    let isQuoted = take("\"")
    guard let value = DecimalNumber.scan(stream.bytes, from: &stream.index) else {
      throw .notANumber(place: place(start), column: column(), text: excerpt(start))
    }
    if isQuoted {
      guard take("\"") else { throw .notANumber(place: place(start), column: column(), text: excerpt(start)) }
    }
    return value
  }

  /// A text without escapes, which names and times have none of; the bytes hold until more is read.
  private mutating func text(_ meaning: String) throws(MarketError) -> Slice<UnsafeBufferPointer<UInt8>> {
    try expect("\"", "\(meaning) is expected here", isSentence: true)
    let bytes = stream.bytes
    let start = stream.index
    while stream.index < bytes.count, bytes[stream.index] != UInt8(ascii: "\"") {
      guard bytes[stream.index] >= 0x20, bytes[stream.index] != UInt8(ascii: "\\") else {
        throw malformed("a name or a time with a control character or a backslash")
      }
      stream.index += 1
    }
    guard stream.index < bytes.count else { throw malformed("a text is opened and never closed", at: start) }
    stream.index += 1
    return bytes[start..<(stream.index - 1)]
  }

  /// Goes over a text, a number, true, false or null.
  private mutating func skipScalar() throws(MarketError) {
    skipSpace()
    let bytes = stream.bytes
    guard stream.index < bytes.count else { throw malformed("a value is expected here") }
    switch bytes[stream.index] {
    case UInt8(ascii: "\""):
      let start = stream.index
      stream.index += 1
      while stream.index < bytes.count, bytes[stream.index] != UInt8(ascii: "\"") {
        stream.index += bytes[stream.index] == UInt8(ascii: "\\") ? 2 : 1
      }
      guard stream.index < bytes.count else {
        throw malformed("a text is opened and never closed", at: start)
      }
      stream.index += 1
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
      guard
        let word = ["true", "false", "null"].first(where: { bytes[stream.index...].starts(with: $0.utf8) })
      else {
        throw malformed("a number or a text is expected here")
      }
      stream.index += word.utf8.count
    default:
      guard DecimalNumber.scan(bytes, from: &stream.index) != nil else {
        throw malformed("a number or a text is expected here")
      }
    }
  }

  // MARK: Bytes

  /// Goes over the blanks between two candles, and reads on: a mebibyte is ahead afterwards, more than a candle has.
  private func readOn() throws(MarketError) {
    do throws(DiskError) {
      repeat {
        skipSpace()
        try stream.lookAhead()
      } while stream.index < stream.bytes.count && Self.isSpace(stream.bytes[stream.index])
    } catch { throw .disk(error) }
  }

  private func skipSpace() {
    let bytes = stream.bytes
    while stream.index < bytes.count, Self.isSpace(bytes[stream.index]) { stream.index += 1 }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  private func peek(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    return stream.index < stream.bytes.count && stream.bytes[stream.index] == UInt8(ascii: character)
  }

  private func take(_ character: Unicode.Scalar) -> Bool {
    guard peek(character) else { return false }
    stream.index += 1
    return true
  }

  private func expect(_ character: Unicode.Scalar, _ meaning: String, isSentence: Bool = false)
    throws(MarketError)
  {
    guard take(character) else { throw malformed(isSentence ? meaning : "\(meaning) is expected here") }
  }

  private func malformed(_ problem: String, at index: Int? = nil) -> MarketError {
    // Where the window ends and the file does not, nothing is wrong but the length.
    let isCut = stream.index >= stream.bytes.count && !stream.isExhausted
    return .malformed(place: place(index ?? stream.index), isCut ? "a candle is longer than 1 MiB" : problem)
  }

  private func place(_ index: Int) -> String {
    let place = stream.place(index)
    return "\(path):\(place.line):\(place.column)"
  }

  private func excerpt(_ start: Int) -> String {
    let stop: Set<UInt8> = [UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), 0x0A]
    return String(decoding: stream.bytes[start...].prefix(24).prefix { !stop.contains($0) }, as: UTF8.self)
  }
}
