import Foundation
import TestSupport
import Testing

/// The short mode of the harness that `make torture` runs in full.
@Test func `Killed, failed, filled up, crowded and falsified, nothing is torn and runs end alike`() throws {
  let folder = TemporaryFolder()
  let result = try Programs.run(
    "/usr/bin/env", ["python3", Programs.repository + "/scripts/torture", "--quick"], in: folder.path,
    environment: ["CANDLEWICK_BIN": Programs.folder])
  #expect(result.status == 0, "\(result.error.suffix(2_000))")
  // The harness must have had something to find fault with: each campaign is in its table, and none is empty.
  let campaigns = result.output.split(separator: "\n").dropFirst().dropLast()
  for name in ["instants", "disk full", "file too large", "read-only", "at once pipeline", "tamper"] {
    let row = try #require(campaigns.first { $0.hasPrefix(name + " ") }, "\(result.output)")
    #expect(row.dropFirst(name.count).split(separator: " ").first.flatMap { Int($0) } ?? 0 > 0, "\(row)")
  }
}
