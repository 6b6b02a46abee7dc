import Charts
import Evaluation
import Forecasting

/// What the tests of skill allow to say of a model.
enum Verdict: Equatable {
  /// There is nothing to compare it with.
  case none
  case worse(than: [String])
  case unsure(against: [String], DieboldMariano.Obstacle?)
  case better

  init(on name: String, _ tests: [Scores.BaselineTest]) {
    // A baseline says nothing of itself.
    let others = tests.filter { "baseline/\($0.baseline.name)" != name && $0.result.times > 0 }
    let unbeaten = others.filter { ($0.result.skill ?? -1) <= 0 }
    let unsure = others.filter { !(($0.result.test?.pBetter ?? 1) < 0.05) }
    if others.isEmpty {
      self = .none
    } else if !unbeaten.isEmpty {
      self = .worse(than: unbeaten.map(\.baseline.name))
    } else if let first = unsure.first {
      self = .unsure(against: unsure.map(\.baseline.name), first.result.obstacle)
    } else {
      self = .better
    }
  }

  /// In a sentence; nil where there is nothing to say.
  func words(of name: String) -> String? {
    switch self {
    case .none: nil
    case .worse(let baselines): "\(name) does not beat \(baselines.joined(separator: ", "))"
    case .unsure(let baselines, .tooFew(let times, let needed)):
      """
      whether \(name) beats \(baselines.joined(separator: ", ")) cannot be told: \(times) times of windows, and the test needs \
      \(needed)
      """
    case .unsure(let baselines, _): "that \(name) beats \(baselines.joined(separator: ", ")) may be luck"
    case .better: "\(name) beats every baseline beyond luck"
    }
  }

  func blocks(of name: String) -> [Page.Block] {
    guard let words = words(of: name) else { return [] }
    let sentence = words.prefix(1).uppercased() + words.dropFirst() + "."
    return [.notice(self == .better ? .good : .warning, sentence)]
  }
}
