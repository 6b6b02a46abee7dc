import Artifacts
import TestSupport
import Testing

@testable import Configuration

/// What a step that trains a network says under `training:` and `forecast:`.
private func network(_ with: String) throws -> Blueprint.Network {
  let text = """
    version: 1
    steps:
      series: {stage: extract}
      windows: {stage: prepare, reads: {series: series}}
      x: {stage: train, reads: {windows: windows}, with: {model: mlp/stock, \(with)}}
    """
  let file = try PipelineFile(parsing: Array(text.utf8), path: "p.yaml")
  let library = ModelLibrary(folders: [Programs.repository + "/models"])
  guard case .train(let settings) = try file.step("x").typedSettings(models: library).settings,
    case .network(let network) = settings.blueprint
  else { preconditionFailure("a step that trains a network") }
  return network
}

private func message(_ with: String) -> String {
  do {
    _ = try network(with)
    return ""
  } catch { return "\(error)" }
}

@Test(
  arguments: [
    ("smooth-l1", .smoothL1(beta: 1)), ("{smooth-l1: {beta: 0.5}}", .smoothL1(beta: 0.5)),
    ("diff-root", .differenceRoot(weight: 1, beta: 1)),
    ("{diff-root: {weight: 3}}", .differenceRoot(weight: 3, beta: 1)),
    ("dilate", .dilate(alpha: 0.5, gamma: 0.1)),
    ("{dilate: {alpha: 0.8, gamma: 0.01}}", .dilate(alpha: 0.8, gamma: 0.01)),
    ("compounding", .compounding(rate: 1.1)), ("{compounding: {rate: 0.9}}", .compounding(rate: 0.9)),
    ("autocorrelation", .autocorrelation(weight: 1, lags: nil)),
    ("{autocorrelation: {weight: 0.2, lags: 7}}", .autocorrelation(weight: 0.2, lags: 7)),
    ("shift", .shift(steps: 1, decay: 0.5)), ("{shift: {steps: 4, decay: 1}}", .shift(steps: 4, decay: 1)),
    ("time-centred", .timeCentred(level: 0.1)), ("{time-centred: {level: 0}}", .timeCentred(level: 0)),
    (
      "{grid: {bins: 20}}",
      .grid(.init(edges: [], bins: 20, subject: .change, choice: .mean, comparison: .categorical))
    ),
    (
      "{grid: {edges: [-9e6, -2, 0, 2, 9e6], of: percent, forecast: likeliest, by: binary}}",
      .grid(
        .init(
          edges: [-9e6, -2, 0, 2, 9e6], bins: nil, subject: .percent, choice: .likeliest, comparison: .binary)
      )
    ),
  ] as [(String, TrainingSettings.Loss)])
func `Losses are names, or names with settings`(_ text: String, _ loss: TrainingSettings.Loss) throws {
  #expect(try network("training: {loss: \(text)}").training.loss == loss)
}

@Test(arguments: [
  ("training: {loss: dilat}", "did you mean 'dilate'?"),
  ("training: {loss: {dilate: {alpha: 2}}}", "alpha' must be a number from 0.0 to 1.0"),
  ("training: {loss: {shift: {steps: 0}}}", "steps' must be a whole number in 1...100000"),
  ("training: {loss: grid}", "either edges or a number of bins, not neither"),
  ("training: {loss: {grid: {bins: 4, edges: [0, 1, 2]}}}", "either edges or a number of bins, not both"),
  ("training: {loss: {grid: {edges: [0, 1]}}}", "three or more numbers, each above the one before it"),
  ("training: {loss: {grid: {edges: [0, 2, 1]}}}", "three or more numbers, each above the one before it"),
  ("training: {loss: {grid: {bins: 4, of: chang}}}", "did you mean 'change'?"),
  ("forecast: {mc_dropout: 1}", "two draws or more"),
  ("forecast: {mc_dropuot: 9}", "did you mean 'mc_dropout'?"),
  ("forecast: [3]", "'forecast' must be a mapping, not a list"),
])
func `Losses and forecasts that mean nothing are refused`(_ with: String, _ problem: String) {
  #expect(message(with).contains(problem), "\(message(with))")
}

@Test func `Forecasts are made of one pass, or of as many as are asked for`() throws {
  #expect(try network("training: {epochs: 1}").forecast.dropoutDraws == nil)
  let asked = try network("forecast: {mc_dropout: 50, seed: 4}")
  #expect(asked.forecast.dropoutDraws == 50 && asked.forecast.seed == 4)
  #expect(asked.places["forecast.mc_dropout"]?.line == 5)
  #expect(try network("forecast: {mc_dropout: 0}").forecast.dropoutDraws == nil)
}
