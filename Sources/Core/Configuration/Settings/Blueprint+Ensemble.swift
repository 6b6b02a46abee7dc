extension Blueprint {
  /// Models that were trained before, and how their forecasts become one.
  package struct Ensemble: Sendable, Equatable {
    /// What of a model is a member.
    package enum Members: String, CaseIterable, Sendable {
      /// The model.
      case models
      /// Each epoch that its training kept.
      case snapshots
    }

    package enum Combination: Sendable, Equatable {
      /// All members count alike.
      case mean
      /// Each has a weight, which the validation windows decide.
      case linear(Linear)
    }

    package struct Linear: Sendable, Equatable {
      /// What has weights of its own.
      package enum Groups: String, CaseIterable, Sendable {
        case all, step, target
      }

      package var groups: Groups
      /// Candidates for how much counts against weights that differ, as a share of how far members differ.
      package var shrinkages: [Double]
      /// Whether a weight may be below zero.
      package var allowsNegative: Bool
    }

    package var members: Members
    /// How many members, the best by validation, are taken; nil for all.
    package var best: Int?
    package var combination: Combination
  }
}

extension Blueprint.Ensemble {
  private enum CombinationName: String, CaseIterable { case mean, linear }

  init(_ fields: inout Fields) throws(ConfigurationError) {
    members = try fields.choice("members")
    let count = try fields.integer("best", default: 0, in: 0...1000)
    best = count == 0 ? nil : count
    switch try fields.choice("combine") as CombinationName {
    case .mean: combination = .mean
    case .linear:
      combination = .linear(
        Linear(
          groups: try fields.choice("weights"), shrinkages: try Self.shrinkages(&fields),
          allowsNegative: try fields.truth("negative")))
    }
  }

  private static func shrinkages(_ fields: inout Fields) throws(ConfigurationError) -> [Double] {
    let place = fields.place(of: "shrinkages") ?? fields.place
    let candidates = try fields.numbers("shrinkages", in: 0...1e9)
    guard !candidates.isEmpty else {
      throw .wrongValue(
        at: place, setting: "shrinkages", expected: "a list with a number in it", found: "[]")
    }
    return candidates
  }
}
