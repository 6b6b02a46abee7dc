import Artifacts
import Chronology
import Market

/// An archive must be read within its limits or refused with a message; so must the candles in it.
///
/// A checksum stands between a fuzzer and the candles, so the same bytes are read as candles, too.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  let limits = ZipArchive.Limits(bytes: 1 << 20, ratio: 50)
  do {
    let contents = try ZipArchive.onlyMember(of: bytes, named: "a.csv", limits: limits)
    precondition(contents.count <= limits.bytes && contents.count / 50 <= count)
    try check(ArchiveCandles(zip: bytes, named: "a.csv", interval: .milliseconds(3_600_000), limits: limits))
  } catch {
    precondition(!"\(error)".isEmpty)
  }
  do {
    var index = 0
    try check(
      ArchiveCandles(named: "a.csv", interval: .milliseconds(3_600_000), barsPerPage: 3) {
        buffer throws(ArchiveError) in
        let next = bytes[index..<min(index + min(1000, buffer.count), bytes.count)]
        buffer.copyBytes(from: next)
        index += next.count
        return next.count
      })
  } catch {
    precondition(!"\(error)".isEmpty)
  }
  return 0
}

private func check(_ candles: consuming ArchiveCandles) throws {
  var last = Int64.min
  while let page = try candles.next() {
    for bar in 0..<page.count {
      precondition(page.open[bar] > last && page.open[bar] % 3_600_000 == 0)
      precondition(page.row(bar).allSatisfy { $0.isFinite && $0 >= 0 })
      precondition(page.cells(ofBar: bar).count { $0 == UInt8(ascii: ",") } == 8)
      last = page.open[bar]
    }
  }
}
