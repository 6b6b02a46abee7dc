import Artifacts
private import Networks
package import Tensors

/// Models whose forecasts are averaged, each with a weight.
///
/// Numbers are averaged in the units of the transforms, and of classes their probabilities. A member may look back over fewer rows than the ensemble: it sees the newest of them.
package struct Ensemble: Sendable {
  package struct Member: Sendable {
    /// Where it came from: a step, `epoch 7`, `seed 3`.
    package var name: String
    package var model: Forecaster.Model
    /// L of this member.
    package var lookback: Int

    package init(name: String, model: Forecaster.Model, lookback: Int) {
      self.name = name
      self.model = model
      self.lookback = lookback
    }
  }

  /// What has weights of its own.
  package enum Groups: String, Sendable, CaseIterable {
    case all, step, target

    /// How many groups there are.
    package func count(steps: Int, targets: Int) -> Int {
      switch self {
      case .all: 1
      case .step: steps
      case .target: targets
      }
    }

    /// The group of each element of a window, [H, K C].
    func pattern(steps: Int, columns: Int, classes: Int) -> [Int] {
      (0..<(steps * columns)).map { index in
        switch self {
        case .all: 0
        case .step: index / columns
        case .target: index % columns / classes
        }
      }
    }
  }

  package var members: [Member]
  package var groups: Groups
  /// [members, groups]; those of a group sum to one.
  package var weights: [Double]
  /// C of members that tell classes apart; 1 where they forecast numbers.
  package var classes: Int

  /// All members alike, where `weights` says nothing.
  package init(members: [Member], classes: Int, groups: Groups = .all, weights: [Double]? = nil) {
    precondition(!members.isEmpty, "an ensemble has a member")
    self.members = members
    self.classes = classes
    self.groups = groups
    self.weights = weights ?? members.map { _ in 1 / Double(members.count) }
    precondition(self.weights.count % members.count == 0, "a weight for each member and group")
  }

  package var parameterCount: Int {
    members.reduce(0) { $0 + $1.model.parameterCount } + (groups == .all && isUniform ? 0 : weights.count)
  }

  private var isUniform: Bool { weights.allSatisfy { $0 == weights[0] } }

  // MARK: Averaging

  /// The weighted mean of what the members say, [B, H, K C]; added up in the order of the members.
  package func mean(of opinions: [Panel]) -> Panel {
    precondition(opinions.count == members.count, "an opinion of each member")
    let first = opinions[0]
    var mean = Panel(windows: first.windows, steps: first.steps, columns: first.columns)
    let count = weights.count / members.count
    let pattern = groups.pattern(steps: first.steps, columns: first.columns, classes: classes)
    for (member, opinion) in opinions.enumerated() {
      mean.add(opinion, times: pattern.map { weights[member * count + $0] })
    }
    return mean
  }

  /// The forecast, [B, H, K]: the mean itself, the probability of the second of two classes, or the likeliest of more.
  package func decision(of mean: Panel) -> Panel {
    guard classes > 1 else { return mean }
    var decision = Panel(windows: mean.windows, steps: mean.steps, columns: mean.columns / classes)
    for index in decision.values.indices {
      let first = index * classes
      guard classes > 2 else {
        decision.values[index] = mean.values[first + 1]
        continue
      }
      var best = 0
      for code in 1..<classes where mean.values[first + code] > mean.values[first + best] { best = code }
      decision.values[index] = Double(best)
    }
    return decision
  }
}

extension Forecaster.Model {
  /// C of a model that tells classes apart; 1 where it forecasts numbers.
  package var classes: Int {
    switch self {
    case .network(let network): network.classes
    case .ensemble(let ensemble): ensemble.classes
    case .linear, .baseline, .process, .regression: 1
    }
  }
}

// MARK: - Artifact

extension Ensemble {
  /// Writes the members' arrays under `member.0.` and so on, and the weights; gives what reading them needs.
  func write(to publication: Publication, prefix: String) throws(ArtifactError) -> JSON {
    var blueprints: [JSON] = []
    for (number, member) in members.enumerated() {
      let blueprint = try member.model.write(to: publication, prefix: "\(prefix)member.\(number).")
      blueprints.append([
        "name": .string(member.name), "lookback": JSON(member.lookback), "blueprint": blueprint,
      ])
    }
    try publication.write(
      prefix + "weights", weights, shape: [members.count, weights.count / members.count],
      axes: ["members", groups.rawValue])
    return [
      "kind": "ensemble", "members": .array(blueprints), "weights": .string(groups.rawValue),
      "classes": JSON(classes),
    ]
  }

  /// Reads an ensemble whose blueprint is among a model's facts; nil when the blueprint is none.
  init?(
    reading artifact: Artifact, blueprint: JSON, signature: Signature, season: Int?, prefix: String
  ) throws {
    guard let written = blueprint["members"]?.array, !written.isEmpty,
      let groups = blueprint["weights"]?.string.flatMap(Groups.init(rawValue:)),
      let classes = blueprint["classes"]?.integer, classes > 0
    else { return nil }
    var members: [Member] = []
    for (number, json) in written.enumerated() {
      guard let name = json["name"]?.string, let lookback = json["lookback"]?.integer,
        (1...signature.lookback).contains(lookback), let inner = json["blueprint"]
      else { return nil }
      var shorter = signature
      shorter.lookback = lookback
      let model = try Forecaster.Model(
        reading: artifact, blueprint: inner, signature: shorter, season: season,
        prefix: "\(prefix)member.\(number).")
      guard model.classes == classes else { return nil }
      members.append(Member(name: name, model: model, lookback: lookback))
    }
    let count = groups.count(steps: signature.horizon, targets: signature.targets.count)
    let weights = try artifact.array(
      prefix + "weights", of: Double.self, shape: [members.count, count]
    ).values
    self.init(members: members, classes: classes, groups: groups, weights: weights)
  }
}
