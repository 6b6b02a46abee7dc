import Artifacts
import Numerics

/// What the champion showed on its test windows, to be said beside every forecast.
struct Worth {
  /// `etth1 version 3`.
  let version: String
  /// The share of repeat's squared error that is gone.
  let skill: Double?
  let testWindows: Int
  /// Why its scores are not to be believed; none for honest ones.
  let stamps: [String]
  private let coverages: [String: Double]

  init(of champion: Artifact) {
    let parts = champion.directory.split(separator: "/")
    let number = parts.last.flatMap { Int($0) }.map { "\($0)" } ?? "?"
    version = "\(parts.dropLast(2).last ?? "") version \(number)"
    let metrics = champion.manifest.metrics
    skill = metrics["test/skill/repeat"]
    stamps = champion.manifest.facts["stamps"]?.strings ?? []
    testWindows = champion.manifest.facts["testWindows"]?.integer ?? 0
    let prefix = "test/coverage/"
    coverages = Dictionary(
      metrics.filter { $0.key.hasPrefix(prefix) }.map { (String($0.key.dropFirst(prefix.count)), $0.value) }
    ) { first, _ in first }
  }

  /// `skill over repeat +3.1 % on 8,500 test windows; 80 % intervals held 79.6 %, 95 % held 94.8 %`.
  var sentence: String { parts.joined(separator: ", ") }

  /// The parts of the sentence.
  var parts: [String] {
    var sentence = ["test: \(DecimalNumber.grouped(testWindows)) windows"]
    if let skill {
      sentence.append(
        "skill over repeat \(skill < 0 ? "−" : "+")\(DecimalNumber.fixed(abs(skill) * 100, places: 1)) %")
    }
    let held = coverages.sorted { $0.key < $1.key }.map { percent, share in
      "\(percent) % intervals held \(DecimalNumber.fixed(share * 100, places: 1)) %"
    }
    let doubts = stamps.map { "not to be believed, because \($0)" }
    return sentence + held + doubts
  }
}
