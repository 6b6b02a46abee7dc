private import Glibc

/// Bytes on their way out.
///
/// A class, because it guards memory that one connection uses for all its replies.
final class ByteBuffer {
  private(set) var base: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var capacity = 4096

  init() { base = .allocate(capacity: capacity) }

  deinit { base.deallocate() }

  func clear() { count = 0 }

  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

  func append(_ byte: UInt8) { write(1) { $0.put(byte) } }

  func append(_ text: StaticString) {
    write(text.utf8CodeUnitCount) { $0.put(text) }
  }

  func append(_ text: String) {
    var text = text
    text.withUTF8 { append($0) }
  }

  func append(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { append($0) } }

  func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
    reserve(bytes.count)
    (base + count).update(from: source, count: bytes.count)
    count += bytes.count
  }

  func append(_ number: Int64) { write(20) { $0.put(number) } }

  /// Appends what `body` writes, at most `limit` bytes.
  @inline(__always)
  func write(_ limit: Int, _ body: (inout ByteCursor) -> Void) {
    reserve(limit)
    var cursor = ByteCursor(next: base + count)
    body(&cursor)
    count = cursor.next - base
  }

  private func reserve(_ extra: Int) {
    guard count + extra > capacity else { return }
    capacity = max(capacity * 2, count + extra)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.update(from: base, count: count)
    base.deallocate()
    base = larger
  }
}

/// Where the next byte goes, in memory that suffices.
///
/// Digits are written by hand, two at a time: a page of 1,000 bars has 130 KB of them.
struct ByteCursor {
  var next: UnsafeMutablePointer<UInt8>

  @inline(__always)
  mutating func put(_ byte: UInt8) {
    next.pointee = byte
    next += 1
  }

  @inline(__always)
  mutating func put(_ text: StaticString) {
    next.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
    next += text.utf8CodeUnitCount
  }

  @inline(__always)
  mutating func put(_ number: Int64) {
    if number < 0 { put(UInt8(ascii: "-")) }
    put(number.magnitude)
  }

  mutating func put(_ number: UInt64) {
    var rest = number
    var length = 1
    var power: UInt64 = 10
    while length < 20, rest >= power {
      length += 1
      power = power.multipliedReportingOverflow(by: 10).partialValue
      if length == 20 { break }
    }
    var position = next + length
    while rest >= 100 {
      position -= 2
      putPair(Int(rest % 100), at: position)
      rest /= 100
    }
    if rest >= 10 { putPair(Int(rest), at: position - 2) } else { position[-1] = UInt8(rest) + 48 }
    next += length
  }

  /// A whole number of 10^-8 with all eight decimals: `0.01634790`.
  @inline(__always)
  mutating func put(units: Int64) {
    let (whole, fraction) = units.quotientAndRemainder(dividingBy: 100_000_000)
    put(UInt64(whole))
    put(UInt8(ascii: "."))
    let (upper, lower) = UInt32(fraction).quotientAndRemainder(dividingBy: 10_000)
    putPair(Int(upper / 100), at: next)
    putPair(Int(upper % 100), at: next + 2)
    putPair(Int(lower / 100), at: next + 4)
    putPair(Int(lower % 100), at: next + 6)
    next += 8
  }

  /// As a JSON number without needless zeros: `0.0163479`, `42`.
  mutating func put(shortest units: Int64) {
    put(units: units)
    while next[-1] == UInt8(ascii: "0") { next -= 1 }
    if next[-1] == UInt8(ascii: ".") { next -= 1 }
  }

  @inline(__always)
  private func putPair(_ pair: Int, at position: UnsafeMutablePointer<UInt8>) {
    position.update(from: Self.pairs.utf8Start + 2 * pair, count: 2)
  }

  private static var pairs: StaticString {
    """
    0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
    5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899
    """
  }
}
