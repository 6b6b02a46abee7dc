import Foundation
import Orchestration
import Testing

/// A pipeline and what happens to it.
struct TruthScript: Sendable {
  var shape: Int
  var edits: [TruthEdit]

  /// The script of a seed.
  init(seed: UInt64) {
    var random = SplitMix(state: seed)
    shape = Int(random.next() >> 33)
    edits = (0..<(5 + Int(random.next() % 12))).map { _ in
      let kind = Self.kinds[Int(random.next() % UInt64(Self.kinds.count))]
      return TruthEdit(kind: kind, numbers: (0..<9).map { _ in Int(random.next() >> 33) })
    }
  }

  /// Every kind of edit, and more of those without which the others have nothing to be wrong about.
  private static let kinds: [TruthEdit.Kind] =
    TruthEdit.Kind.allCases + Array(repeating: .run, count: 20) + Array(repeating: .thereAndBack, count: 12)
    + [.revert, .revert, .knob, .knob, .content, .content, .rollBack, .removeVersion, .removeVersion]

  /// The first disagreement, or nil.
  func problem() throws -> (words: String?, world: TruthWorld) {
    let world = try TruthWorld(shape: shape)
    for edit in edits where world.problem == nil { try world.apply(edit) }
    return (world.problem.map { ($0 + "\n" + world.trace.joined(separator: "\n")) }, world)
  }

  /// The same script without edits that the disagreement does not need.
  func shortest() throws -> TruthScript {
    var script = self
    var place = script.edits.count - 1
    while place >= 0 {
      var shorter = script
      shorter.edits.remove(at: place)
      if try shorter.problem().words != nil { script = shorter }
      place -= 1
    }
    return script
  }
}

/// Random numbers that a seed decides.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

struct TruthTests {
  /// The first script, CANDLEWICK_FIRST_SCRIPT, so that a campaign can go on where it stopped.
  private static let first = Int(ProcessInfo.processInfo.environment["CANDLEWICK_FIRST_SCRIPT"] ?? "") ?? 0
  /// How many scripts are tried: a few by default, CANDLEWICK_SCRIPTS in a campaign (`make torture`).
  private static let scripts = Int(ProcessInfo.processInfo.environment["CANDLEWICK_SCRIPTS"] ?? "") ?? 100

  @Test func `Whatever happens to a workspace, every decision is the one that a fresh look would make`()
    throws
  {
    var runs = 0
    var decisions: [StepState: Int] = [:]
    for seed in UInt64(Self.first)..<UInt64(Self.first + Self.scripts) {
      let script = TruthScript(seed: seed)
      let (words, world) = try script.problem()
      decisions.merge(world.decisions) { $0 + $1 }
      runs += world.runs
      guard words != nil else { continue }
      let shortest = try script.shortest()
      Issue.record("script \(seed): \(try shortest.problem().words ?? "does not happen again")")
      return
    }
    let counts = decisions.map { "\($0.value) \($0.key.rawValue)" }.sorted().joined(separator: ", ")
    print("\(Self.scripts) scripts, \(runs) runs, decisions compared: \(counts)")
    for state in [StepState.fresh, .restore, .run, .maybe] {
      #expect(decisions[state, default: 0] > Self.scripts)
    }
  }
}
