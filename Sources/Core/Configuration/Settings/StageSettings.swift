package import Artifacts

/// The typed settings of a step, whatever its stage.
package enum StageSettings: Sendable {
  case extract(ExtractSettings)
  case prepare(PrepareSettings)
  case train(TrainSettings)
  case register(RegisterSettings)
  case predict(PredictSettings)
}

extension PipelineFile.Step {
  /// Reads and checks the step's settings.
  ///
  /// `parameters` is what the step key counts; `files` are the outside files that settings name.
  package func typedSettings(
    models: ModelLibrary
  ) throws(ConfigurationError) -> (
    settings: StageSettings, parameters: [String: JSON], files: [Fields.NamedFile]
  ) {
    var fields = try Fields(settings, of: "step '\(name)'", at: place)
    let typed: StageSettings
    switch stage {
    case .extract: typed = .extract(try ExtractSettings(&fields))
    case .prepare: typed = .prepare(try PrepareSettings(&fields))
    case .train:
      let settings = try TrainSettings(&fields, models: models)
      try settings.check(reads)
      typed = .train(settings)
    case .register: typed = .register(try RegisterSettings(&fields))
    case .predict: typed = .predict(try PredictSettings(&fields))
    }
    try fields.finish()
    return (typed, fields.resolved, fields.files)
  }
}

/// What a step's result depends on besides its settings and inputs.
package enum Outlook: Sendable, Equatable {
  /// Nothing.
  case none
  /// A server that is asked once: what it said stands until the settings change or the step is forced.
  case once
  /// A server that has to be asked each time, because a setting depends on the hour.
  case eachTime(String)
}

extension StageSettings {
  /// Variables of the environment that hold an account's token; no key counts them.
  package var secretVariables: [String] {
    guard case .extract(let settings) = self, case .exchange(let exchange) = settings.source,
      case .environment(let name)? = exchange.token
    else { return [] }
    return [name]
  }

  package var outlook: Outlook {
    guard case .extract(let settings) = self, case .exchange(let exchange) = settings.source else {
      return .none
    }
    return settings.untilLatestClosed
      ? .eachTime("asks \(exchange.kind.rawValue) which bar closed last") : .once
  }
}
