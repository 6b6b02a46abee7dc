import Artifacts
import Chronology
import Foundation
import TestSupport
import Testing

/// What Python's zoneinfo says of tz files that lie in the reference; see scripts/reference/times.py.
private let references: [(name: String, file: [UInt8], json: JSON)] = {
  let path = Programs.repository + "/Tests/Reference/time-zones.json"
  guard let bytes = try? Disk.read(path), let json = try? JSON(parsing: bytes) else { return [] }
  return (json.array ?? []).compactMap { zone in
    guard let name = zone["name"]?.string, let file = Data(base64Encoded: zone["file"]?.string ?? "") else {
      return nil
    }
    return (name, Array(file), zone)
  }
}()

private func instant(_ second: Int) -> Instant { Instant(milliseconds: Int64(second) * 1000) }

@Test func `Offsets and letters from 1910 to 2100 are those that zoneinfo gives`() throws {
  #expect(references.count == 11)
  for reference in references {
    let zone = try #require(TimeZoneRules(name: reference.name, file: reference.file))
    for row in reference.json["offsets"]?.array ?? [] {
      let fields = row.array ?? []
      let at = instant(try #require(fields[0].integer))
      #expect(zone.offsetSeconds(at: at) == (fields[1].integer).map(Int64.init), "\(reference.name) \(at)")
      #expect(zone.abbreviation(at: at) == fields[2].string, "\(reference.name) \(at)")
    }
  }
}

@Test func `A reading of the clock comes first when zoneinfo says so, skipped ones at the change`() throws {
  var count = 0
  for reference in references {
    let zone = try #require(TimeZoneRules(name: reference.name, file: reference.file))
    for row in reference.json["walls"]?.array ?? [] {
      let (wall, first) = (try #require(row.array?[0].integer), try #require(row.array?[1].integer))
      #expect(
        zone.firstInstant(showing: instant(wall)) == instant(first), "\(reference.name) \(instant(wall))")
      count += 1
    }
  }
  #expect(count > 1000)
}

@Test func `The next change of the clocks is found in the list and by the rule`() throws {
  let reference = try #require(references.first { $0.name == "Europe/Berlin" })
  let zone = try #require(TimeZoneRules(name: reference.name, file: reference.file))
  let end = Instant(year: 2090, month: 1, day: 1)
  for (year, change) in [(2024, "2024-03-31T01:00:00Z"), (2060, "2060-03-28T01:00:00Z")] {
    let found = zone.nextChange(after: Instant(year: year, month: 1, day: 1), before: end)
    #expect(found?.description == change)
    let after = zone.nextChange(after: try #require(found), before: end)
    #expect(after.map { zone.abbreviation(at: $0) } == "CET")
  }
  #expect(TimeZoneRules.utc.nextChange(after: Instant(milliseconds: 0), before: end) == nil)
}

@Test func `A file that is cut off, or none, is refused`() throws {
  for reference in references {
    let count = reference.file.count
    for length in Array(stride(from: 0, to: count, by: 37)) + Array(count - 30..<count) {
      #expect(TimeZoneRules(name: "cut", file: Array(reference.file.prefix(length))) == nil, "\(length)")
    }
  }
  #expect(TimeZoneRules(name: "text", file: Array("TZif is no zone".utf8)) == nil)
}

@Test func `No byte of a file can be changed into a crash`() throws {
  let file = try #require(references.first { $0.name == "Asia/Kathmandu" }).file
  for place in 0..<file.count {
    for value in [0, 0x7F, 0xFF] as [UInt8] {
      var changed = file
      changed[place] = value
      guard let zone = TimeZoneRules(name: "changed", file: changed) else { continue }
      #expect(abs(zone.offsetSeconds(at: Instant(year: 2100, month: 7, day: 1))) < 200 * 3600)
    }
  }
}
