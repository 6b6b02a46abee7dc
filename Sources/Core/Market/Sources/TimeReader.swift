private import Chronology

/// Reads the times of one column, which are mostly written alike and mostly of the same day.
struct TimeReader {
  let offsetMinutes: Int
  /// The day that was read last, `2024-01-31`, as its first eight bytes and the other two.
  private var day: UInt64 = 0
  private var dayEnd: UInt16 = 0
  private var midnight: Int64 = 0

  private static let greenwich = Array("+00:00".utf8)

  init(offsetMinutes: Int) { self.offsetMinutes = offsetMinutes }

  /// Reads the time that begins at `index` and ends where a cell does, and moves `index` there.
  ///
  /// Nil, with `index` anywhere, when it is not `2024-01-31 12:00[:00][Z]` (or with a `T`), `2024-01-31` or a whole
  /// number: ``Chronology/Instant`` reads all the others, and says what is none.
  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, from index: inout Int, delimiter: UInt8) -> Int64? {
    let start = index
    guard bytes.count - start >= 20, let base = bytes.baseAddress.map({ UnsafeRawPointer($0 + start) }) else {
      return nil
    }
    guard bytes[start + 4] == UInt8(ascii: "-") else { return epoch(bytes, &index, delimiter) }
    let (day, dayEnd) = (
      base.loadUnaligned(as: UInt64.self), base.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
    )
    if day != self.day || dayEnd != self.dayEnd {
      let text = UnsafeBufferPointer(rebasing: bytes[start..<(start + 10)])
      guard let instant = Instant(parsing: text) else { return nil }
      (self.day, self.dayEnd, midnight) = (day, dayEnd, instant.milliseconds)
    }
    index = start + 10
    var time = midnight
    var offset = offsetMinutes
    if bytes[index] == 0x20 || bytes[index] == UInt8(ascii: "T") {
      guard bytes[index + 3] == UInt8(ascii: ":"), let hour = two(bytes, index + 1), hour < 24,
        let minute = two(bytes, index + 4), minute < 60
      else { return nil }
      time += (hour * 60 + minute) * 60_000
      index += 6
      if bytes[index] == UInt8(ascii: ":") {
        guard let second = two(bytes, index + 1), second < 60 else { return nil }
        time += second * 1000
        index += 3
      }
      if index < bytes.count, bytes[index] == UInt8(ascii: "Z") {
        offset = 0
        index += 1
      } else if bytes[index...].starts(with: Self.greenwich) {
        offset = 0
        index += 6
      }
    }
    guard index < bytes.count, isEnd(bytes[index], delimiter) else { return nil }
    time -= Int64(offset) * 60_000
    return Instant.representable.contains(time) ? time : nil
  }

  private func epoch(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int, _ delimiter: UInt8) -> Int64? {
    let start = index
    var number: Int64 = 0
    while index < bytes.count, bytes[index] &- UInt8(ascii: "0") <= 9 {
      number = number &* 10 &+ Int64(bytes[index] &- UInt8(ascii: "0"))
      index += 1
    }
    guard (1...18).contains(index - start), index < bytes.count, isEnd(bytes[index], delimiter) else {
      return nil
    }
    let time = Instant(epoch: number).milliseconds
    return Instant.representable.contains(time) ? time : nil
  }

  private func two(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int64? {
    let (tens, ones) = (bytes[index] &- UInt8(ascii: "0"), bytes[index + 1] &- UInt8(ascii: "0"))
    return tens <= 9 && ones <= 9 ? Int64(tens) * 10 + Int64(ones) : nil
  }

  private func isEnd(_ byte: UInt8, _ delimiter: UInt8) -> Bool {
    byte == delimiter || byte == 0x0A || byte == 0x0D
  }
}
