import Artifacts
import Configuration
import Features

extension PrepareSettings {
  func signature(of series: Series, features: [String]) throws -> Signature {
    let targets = targets ?? features
    for target in targets where !features.contains(target) {
      let known = series.columns.map(\.name)
      guard known.contains(target) else {
        throw FeatureError.unknownColumn(target, setting: "targets", known: known)
      }
      throw FeatureError.targetIsNoFeature(target)
    }
    return Signature(
      entities: series.entities, features: features, targets: targets, lookback: lookback, horizon: horizon,
      interval: series.interval, calendar: series.calendar)
  }

  func borders(of series: Series) throws -> SplitBorders {
    switch split {
    case .preset(.ettHourly): try .ettHourly(of: series)
    case .fractions(let train, _, let test): .fractions(train: train, test: test, of: series)
    case .dates(let validation, let test, let end):
      .dates(validation: validation, test: test, end: end, entities: series.entities.count)
    }
  }
}

extension Recipe {
  init(_ settings: [PrepareSettings.Transform]) throws {
    let transforms = settings.compactMap { setting -> (any Transform)? in
      switch setting {
      case .log: Log()
      case .logReturn: LogReturn()
      case .standardize(let scope): Standardize(per: scope == .entity ? .entity : .all)
      case .subtractLast: nil
      }
    }
    try self.init(transforms, subtractsLast: settings.contains(.subtractLast))
  }
}
