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
    case .train: typed = .train(try TrainSettings(&fields, models: models))
    case .register: typed = .register(try RegisterSettings(&fields))
    case .predict: typed = .predict(try PredictSettings(&fields))
    }
    try fields.finish()
    return (typed, fields.resolved, fields.files)
  }
}
