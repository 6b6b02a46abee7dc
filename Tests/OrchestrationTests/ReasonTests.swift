import Artifacts
import Foundation
import Orchestration
import TestSupport
import Testing

private let (one, two) = (Digest(of: "1"), Digest(of: "2"))
private let arrow = "\(one.short)… → \(two.short)…"

@Test(arguments: [
  (Reason.neverRan, "never ran"), (.forced, "forced"),
  (.programChanged(from: one, to: two), "program changed \(arrow)"),
  (.platformChanged(fact: "kernels", from: "Zen", to: "Haswell"), "platform kernels Zen → Haswell"),
  (.parameterChanged(path: "a.b", from: "1", to: "(none)"), "with.a.b 1 → (none)"),
  (.fileChanged(setting: "source.path", from: one, to: two), "file source.path changed \(arrow)"),
  (
    .fileChanged(setting: "source.path", from: nil, to: two),
    "file source.path changed (none) → \(two.short)…"
  ),
  (.inputChanged(name: "series", from: one, to: two), "input series changed \(arrow)"),
  (.inputDropped(name: "model@b"), "input model@b is read no more"),
  (.inputRuns(name: "series", step: "series"), "input series runs first"),
  (.inputRuns(name: "series", step: "prices"), "input series (prices) runs first"),
  (.madeBefore, "made before with these settings and inputs"), (.asks("asks a server"), "asks a server"),
  (.outputDamaged("x.npy is missing"), "x.npy is missing"),
])
func `A reason is a sentence`(reason: Reason, words: String) {
  #expect(reason.description == words)
}

@Test(arguments: [
  ("{model: baseline/mean, season: 3}", ["with.season (none) → 3"]),
  ("{model: baseline/mean, coverages: [0.5, 0.9]}", ["with.coverages [0.8, 0.95] → [0.5, 0.9]"]),
  (
    "{model: linear/ridge, set: {penalties: [1]}}",
    ["with.blueprint", "with.model \"baseline/mean\" → \"linear/ridge\""]
  ),
])
func `Each changed setting is a reason of its own, with old and new value`(
  settings: String, expected: [String]
) throws {
  let workshop = try Workshop.training("{model: baseline/mean}")
  try workshop.run()
  workshop.text = workshop.text.replacingOccurrences(of: "{model: baseline/mean}", with: settings)
  let reasons = try workshop.reasons("model")
  #expect(!reasons.isEmpty)
  for words in expected { #expect(reasons.contains { $0.hasPrefix(words) }, "\(reasons)") }
}

@Test func `A declared variable is a reason, and its value is nobody's business`() throws {
  let workshop = try Workshop.training("{model: baseline/mean}")
  try workshop.run()
  workshop.text = workshop.text.replacingOccurrences(
    of: "environment: []", with: "environment: [NOT_SET_ANYWHERE]")
  #expect(try workshop.reasons("model") == ["platform environment.NOT_SET_ANYWHERE (none) → not set"])
}

@Test func `What ran before is compared with the current result, and what never ran has no reasons`() throws {
  let workshop = try Workshop.training("{model: baseline/mean}")
  #expect(try workshop.reasons("model") == ["never ran", "input windows runs first"])
  try workshop.run()
  #expect(try workshop.reasons("model").isEmpty)
  try workshop.setData("2\n")
  #expect(try workshop.reasons("model") == ["input windows runs first"])
  #expect(try workshop.reasons("series").count == 1)
}
