import Configuration
import Foundation
import TestSupport
import Testing

private let library = ModelLibrary(folders: [Programs.repository + "/models"])

/// The settings of a training step with these reads; the ridge is a matrix of two.
private func settings(_ reads: String, _ with: String) throws -> (TrainSettings, [ReadEdge]) {
  let text = """
    version: 1
    steps:
      series: {stage: extract}
      windows: {stage: prepare, reads: {series: series}}
      made-up: {stage: prepare, reads: {series: series}}
      ridge:
        stage: train
        reads: {windows: windows}
        matrix: {set.lookbacks: [[4], [8]]}
        with: {model: linear/ridge}
      other: {stage: train, reads: {windows: windows}, with: {model: mlp/stock}}
      x: {stage: train, reads: {windows: windows, \(reads)}, with: \(with)}
    """
  let file = try PipelineFile(parsing: Array(text.utf8), path: "p.yaml")
  let step = try file.step("x")
  guard case .train(let settings) = try step.typedSettings(models: library).settings else {
    preconditionFailure("a step of stage train")
  }
  return (settings, step.reads)
}

private func message(_ reads: String, _ with: String) -> String {
  do {
    _ = try settings(reads, with)
    return ""
  } catch { return "\(error)" }
}

@Test func `An ensemble reads some models, all of a matrix, or one`() throws {
  for (reads, names) in [
    ("models: [ridge@1, other]", ["models@ridge@1", "models@other"]),
    ("models: \"ridge@*\"", ["models@1", "models@2"]), ("models: other", ["models"]),
  ] {
    let (settings, edges) = try settings(reads, "{model: ensemble/linear, set: {weights: step, best: 3}}")
    #expect(edges.map(\.name) == ["windows"] + names)
    guard case .ensemble(let ensemble) = settings.blueprint, case .linear(let linear) = ensemble.combination
    else {
      Issue.record("ensemble/linear is an ensemble with weights")
      return
    }
    #expect(linear.groups == .step && ensemble.best == 3 && !linear.allowsNegative)
  }
}

@Test(arguments: [
  ("", "{model: ensemble/mean}", "'reads.models' must be the steps whose models 'ensemble/mean' combines"),
  ("models: other", "{model: linear/ridge}", "'linear/ridge' combines no models, as ensemble/mean"),
  ("models: windows", "{model: ensemble/mean}", "must be a step of stage 'train'"),
  ("model: other", "{model: ensemble/mean}", "unknown key 'model' in 'reads'; did you mean 'models'?"),
  ("models: []", "{model: ensemble/mean}", "must be"),
  ("from: other", "{model: linear/ridge}", "'linear/ridge' is not trained step by step"),
  ("from: [other, other]", "{model: mlp/stock}", "one step: its stage reads one model only"),
  ("synthetic: made-up", "{model: baseline/repeat}", "'baseline/repeat' is not trained step by step"),
  ("", "{model: mlp/stock, training: {real_proportion: 0.5}}", "a step of windows under 'reads.synthetic'"),
  ("", "{model: linear/ridge, ensemble: {seeds: 3}}", "'linear/ridge' has no seed, so that all 3 would be"),
  ("", "{model: mlp/stock, ensemble: {seeds: 1}}", "2...64"),
  ("", "{model: mlp/stock, ensemble: {sedes: 3}}", "'ensemble' needs 'seeds'"),
  (
    "models: other", "{model: ensemble/linear, set: {shrinkages: []}}",
    "'shrinkages' must be a list with a number in it"
  ),
  ("models: other", "{model: ensemble/mean, set: {weights: all}}", "unknown key 'weights'"),
  ("models: other", "{model: ensemble/mean, training: {epochs: 3}}", "is not trained step by step"),
  (
    "", "{model: gp/exact, set: {length_scales: each}}",
    "'set.length_scales' changes nothing with refit: window; leave it out, or take refit: never"
  ),
  (
    "", "{model: gp/exact, set: {refit: never, start_windows: 4}}",
    "'set.start_windows' changes nothing with refit: never"
  ),
  (
    "", "{model: gp/exact, set: {optimizer: l-bfgs, rate: 0.2}}",
    "'set.rate' changes nothing with optimizer: l-bfgs"
  ),
  (
    "", "{model: mlp/stock, training: {epochs: 10, schedule: {cyclic: {epochs: 4}}}}",
    "must be a divisor of the 10 epochs"
  ),
])
func `What a training step cannot read or be told is refused with the remedy`(
  _ reads: String, _ with: String, _ expected: String
) {
  let found = message(reads, with)
  #expect(found.contains(expected), "\(found)")
}

@Test func `Fine-tuning, mixing, seeds and cycles are settings of a network`() throws {
  let (settings, edges) = try settings(
    "from: other, synthetic: made-up",
    """
    {model: mlp/stock, ensemble: {seeds: 3}, training: {real_proportion: 0.3, steps_per_epoch: 7, epochs: 6, \
    schedule: {cyclic: {epochs: 2}}}}
    """)
  #expect(edges.map(\.name) == ["windows", "from", "synthetic"])
  guard case .network(let network) = settings.blueprint else {
    Issue.record("mlp/stock is a network")
    return
  }
  #expect(settings.seeds == 3 && network.training.realProportion == 0.3)
  #expect(network.training.stepsPerEpoch == 7 && network.training.schedule == .cyclic(epochs: 2))
}

@Test func `Settings that change nothing may be written as the model's file has them`() throws {
  let made = try settings("", "{model: gp/exact, set: {rows: 1000, memory: 1024}}").0
  guard case .gaussianProcess(let process) = made.blueprint else {
    Issue.record("gp/exact is a Gaussian process")
    return
  }
  #expect(process.rows == 1000 && process.refit == .window)
}

@Test(arguments: [
  ("model", "{model: mlp/stokc}"), ("coverages", "{model: mlp/stock, coverages: [0.9, 0.8]}"),
  ("ensemble", "{model: linear/ridge, ensemble: {seeds: 3}}"),
  ("training", "{model: linear/ridge, training: {epochs: 3}}"),
  ("real_proportion", "{model: mlp/stock, training: {real_proportion: 0.5}}"),
])
func `A refused setting of a training step is told where it stands`(_ key: String, _ with: String) throws {
  let found = message("", with)
  let line = "  x: {stage: train, reads: {windows: windows, }, with: \(with)}"
  let start = try #require(line.range(of: key + ":"))
  // Of a value or of its key.
  let column = line.distance(from: line.startIndex, to: start.lowerBound) + 1
  let places = [column, column + key.count + 2].map { "p.yaml:12:\($0): " }
  #expect(places.contains { found.hasPrefix($0) }, "\(found)")
}

@Test func `A setting that stands for a whole loss takes one with settings of its own`() throws {
  for (written, expected) in [
    ("{quantile: {levels: [0.1, 0.5, 0.9]}}", TrainingSettings.Loss.quantile([0.1, 0.5, 0.9])),
    ("student", .student), ("{huber: {delta: 2}}", .huber(delta: 2)),
  ] {
    let made = try settings("", "{model: rnn/seq2seq, set: {outputs: 3, loss: \(written)}}").0
    guard case .network(let network) = made.blueprint else {
      Issue.record("rnn/seq2seq is a network")
      return
    }
    #expect(network.training.loss == expected)
  }
  let made = try settings("", "{model: transformer/encoder-v1, set: {loss: {grid: {bins: 30}}}}").0
  guard case .network(let network) = made.blueprint, case .grid(let grid) = network.training.loss else {
    Issue.record("a grid was asked for")
    return
  }
  #expect(grid.bins == 30)
  // What is wrong inside is told where the setting stands.
  let wrong = message("", "{model: rnn/seq2seq, set: {loss: {quantile: {levles: [0.5]}}}}")
  #expect(wrong.contains("p.yaml:12:") && wrong.contains("levels"), "\(wrong)")
}
