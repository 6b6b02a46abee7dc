import Configuration
import Forecasting
import Numerics

extension EnsembleFit {
  /// The settings of a model's file in the words of the room.
  init(_ settings: Blueprint.Ensemble) {
    let combination: Combination =
      switch settings.combination {
      case .mean: .mean
      case .linear(let linear):
        .linear(
          Ensemble.Groups(linear.groups), shrinkages: linear.shrinkages,
          allowsNegative: linear.allowsNegative)
      }
    self.init(
      members: settings.members == .models ? .models : .snapshots, best: settings.best,
      combination: combination)
  }
}

extension Ensemble.Groups {
  fileprivate init(_ groups: Blueprint.Ensemble.Linear.Groups) {
    switch groups {
    case .all: self = .all
    case .step: self = .step
    case .target: self = .target
    }
  }
}

extension EnsembleFit.Result {
  static let columns = ["member", "lookback", "weight", "validation/standardized/mse"]

  private var groups: Int { ensemble.weights.count / ensemble.members.count }

  /// The mean of a member's weights over the groups.
  private func weight(_ member: Int) -> Double {
    ensemble.weights[(member * groups)..<((member + 1) * groups)].reduce(0, +) / Double(groups)
  }

  /// One row a member; an error that nobody asked for is 0.
  var history: [[Double]] {
    ensemble.members.enumerated().map { number, member in
      [
        Double(number), Double(member.lookback), weight(number), validation.isEmpty ? 0 : validation[number],
      ]
    }
  }

  private var chosen: [String] {
    guard let choice else { return [] }
    let error = choice.meanSquare.map { ", MSE (std.) \(DecimalNumber.readable([$0])[0]) there" } ?? ""
    return ["shrinkage \(choice.shrinkage) chosen by fifths of the validation windows in turn\(error)"]
  }

  /// What a person wants to know at once.
  var summary: [String] {
    chosen
      + ensemble.members.enumerated().map { number, member in
        let mean = groups > 1 ? "mean weight" : "weight"
        let error =
          validation.isEmpty
          ? "" : ", validation MSE (std.) \(DecimalNumber.readable([validation[number]])[0])"
        return "\(member.name): \(mean) \(DecimalNumber.fixed(weight(number), places: 3))\(error)"
      }
  }
}
