import ArgumentParser
import Artifacts
import Configuration
import Logging
import Registry
import StageKit

/// From a model to a decision: refused, or a numbered version that forecasts are made with.
@main
struct Register: StageProgram {
  static let configuration = CommandConfiguration(
    commandName: "register",
    abstract: "Hold a model against its gates; make it the next version and the champion, or refuse it.")
  static let stage = Stage.register

  @OptionGroup var options: StageOptions

  func perform(_ work: StageWork) throws -> StageResult {
    guard case .register(let settings) = work.resolved.settings else {
      preconditionFailure("register's own settings")
    }
    let candidates = try work.inputs("model").map {
      try Candidate($0.name, $0.artifact, metric: settings.select)
    }
    let model = try Candidate.best(of: candidates, metric: settings.select).model
    try model.verify()
    let stamps = try model.fact("stamps", \.strings)
    let findings = try settings.gates.map { try Gate($0).finding(in: model.manifest.metrics) }
    let evidence: JSON = ["gates": .array(findings.map(\.json)), "model": .string(model.digest.description)]
    let registry = ModelRegistry(name: settings.name, in: work.store, stamp: .now)

    let missed = findings.filter { !$0.isMet }.map(\.description)
    guard missed.isEmpty else {
      try registry.recordRefusal(of: model, evidence: evidence, reason: missed.joined(separator: "; "))
      throw RegistryError.refused(model: settings.name, reasons: missed)
    }
    let registration = try registry.register(model, evidence: evidence, reason: "passed its gates")
    var facts: [String: JSON] = [
      "name": .string(settings.name), "version": JSON(registration.version),
      "model": .string(registration.model.description), "gates": .array(findings.map(\.json)),
      "champion": [
        "before": registration.championBefore.map { JSON($0) } ?? .null,
        "after": JSON(registration.championAfter),
      ], "stamps": JSON(stamps), "warnings": JSON(stamps),
    ]
    if candidates.count > 1 { facts["candidates"] = .array(candidates.map(\.json)) }
    return StageResult(
      facts: facts,
      summary: Candidate.lines(candidates, chosen: model, metric: settings.select)
        + findings.map(\.description)
        + ["\(settings.name) version \(registration.version) is the champion\(registration.replaced)"])
  }

  /// A verdict that holds again makes its version champion again.
  func restore(_ artifact: Artifact, store: ArtifactStore, log: Logger) throws -> Bool {
    let name = try artifact.fact("name", \.string)
    let version = try artifact.fact("version", \.integer)
    let model = try artifact.fact("model") { $0.string.flatMap { Digest(parsing: $0) } }
    let registry = ModelRegistry(name: name, in: store, stamp: .now)
    return try registry.promote(version: version, of: model, reason: "the pipeline went back to this model")
  }
}

extension Gate {
  fileprivate init(_ gate: RegisterSettings.Gate) {
    let condition: Condition =
      switch gate.condition {
      case .betterThan(let baseline): .betterThan(baseline: baseline.rawValue)
      case .atMost(let bound): .atMost(bound)
      case .atLeast(let bound): .atLeast(bound)
      }
    self.init(metric: gate.metric, condition: condition)
  }
}

extension ModelRegistry.Registration {
  fileprivate var replaced: String {
    guard let championBefore, championBefore != championAfter else { return "" }
    return ", in place of version \(championBefore)"
  }
}

extension Stamp {
  /// This user, on this machine, now.
  fileprivate static var now: Stamp {
    Stamp(time: Clock.now, actor: ResourceUse.userName + "@" + ResourceUse.hostName)
  }
}
