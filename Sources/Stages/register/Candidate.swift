import Artifacts
import Numerics
import Registry

/// One of the models that a step reads, and how it did on the windows of validation.
struct Candidate {
  /// `model@linear-ridge`; `model` where there is one only.
  let name: String
  let model: Artifact
  /// Nil where the model has no such metric.
  let figure: Double?

  init(_ name: String, _ model: Artifact, metric: String) throws {
    self.name = name
    self.model = model
    figure = model.manifest.metrics[metric]
  }

  /// The one with the lowest figure; of equals the first by name.
  static func best(of candidates: [Candidate], metric: String) throws -> Candidate {
    guard candidates.count > 1 else {
      guard let only = candidates.first else { preconditionFailure("a step of stage register reads a model") }
      return only
    }
    for other in candidates.dropFirst() { try candidates[0].requireComparable(other) }
    for candidate in candidates where candidate.figure?.isFinite != true {
      let known = candidate.model.manifest.metrics.keys.filter { $0.hasPrefix("validation/") }.sorted()
      throw RegistryError.noFigure(model: candidate.name, metric: metric, known: known)
    }
    guard
      let best = candidates.min(by: { ($0.figure ?? .infinity, $0.name) < ($1.figure ?? .infinity, $1.name) })
    else { preconditionFailure("there are several") }
    return best
  }

  /// Refuses another that forecasts something else: errors of shorter horizons are smaller for that alone.
  private func requireComparable(_ other: Candidate) throws {
    for ((what, own), (_, others)) in zip(try subject(), try other.subject()) where own != others {
      throw RegistryError.incomparable(models: [name, other.name], what: what, values: [own, others])
    }
  }

  /// What it forecasts, in words.
  private func subject() throws -> [(what: String, words: String)] {
    let signature = try model.fact("signature", Signature.init(json:))
    let list = { (words: [String]) in words.isEmpty ? "none" : words.joined(separator: ", ") }
    return [
      ("targets", list(signature.targets)), ("units", list(try model.fact("units", \.strings))),
      ("entities", list(signature.entities)),
      ("intervals", list(signature.intervals.map(\.description))), ("horizons", "\(signature.horizon)"),
      ("label rows", "\(signature.labelStart)…\(signature.span)"),
    ]
  }

  var json: JSON {
    ["name": .string(name), "model": .string(model.digest.description), "figure": .number(figure ?? 0)]
  }

  /// The candidates for people, best first; nothing where there is only one.
  static func lines(_ candidates: [Candidate], chosen: Artifact, metric: String) -> [String] {
    guard candidates.count > 1 else { return [] }
    let width = candidates.map(\.name.count).max() ?? 0
    return ["chosen by \(metric):"]
      + candidates.sorted { ($0.figure ?? 0, $0.name) < ($1.figure ?? 0, $1.name) }.map { candidate in
        let name = candidate.name + String(repeating: " ", count: width - candidate.name.count)
        let mark = candidate.model.digest == chosen.digest ? "  ← chosen" : ""
        return "  \(name)  \(DecimalNumber.significant(candidate.figure ?? 0, digits: 5))\(mark)"
      }
  }
}
