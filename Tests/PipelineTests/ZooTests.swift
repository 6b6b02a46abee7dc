import Artifacts
import TestSupport
import Testing

/// A model that ships, made small enough to be trained many times.
struct ZooModel: Sendable, CustomTestStringConvertible {
  /// What its windows are asked for.
  enum Task: Sendable {
    /// The next rows of two columns.
    case levels
    /// Whether the next row is higher.
    case direction
  }

  let key: String
  var task = Task.levels
  /// The settings that make it small, as YAML.
  var set = "{}"
  /// Whether it is trained step by step: others have no epochs.
  var isNetwork = true
  var testDescription: String { key }

  static let all = [
    ZooModel(key: "baseline/repeat", isNetwork: false),
    ZooModel(key: "baseline/seasonal-repeat", isNetwork: false),
    ZooModel(key: "baseline/drift", isNetwork: false),
    ZooModel(key: "baseline/mean", isNetwork: false),
    ZooModel(key: "linear/ridge", isNetwork: false),
    ZooModel(key: "linear/nlinear"),
    ZooModel(key: "linear/dlinear"),
    ZooModel(key: "linear/logistic", task: .direction),
    ZooModel(key: "mlp/stock", set: "{width: 32}"),
    ZooModel(key: "mlp/system", set: "{hidden_time_steps: 8, bounds: window, activation: universal}"),
    ZooModel(key: "dnn/classifier", task: .direction, set: "{widths: [16, 8], dropout: 0.1}"),
    ZooModel(key: "rnn/lstm", set: "{width: 12}"),
    ZooModel(key: "rnn/gru", set: "{width: 12, readout: recurrent}"),
    ZooModel(key: "rnn/trend", task: .direction, set: "{width: 12}"),
    ZooModel(key: "rnn/trend-stacked", task: .direction, set: "{width: 12, convolutions: 1}"),
    ZooModel(key: "rnn/deepar", set: "{width: 8, layers: 1, entity: 2, unknown_rate: 0.1}"),
    ZooModel(key: "rnn/seq2seq"),
    ZooModel(key: "rnn/autoregressive", set: "{width: 12, teacher_forcing: 0.5, first_length: 2}"),
    ZooModel(key: "nbeats/generic", set: "{width: 32, blocks: 2}"),
    ZooModel(key: "nbeats/interpretable", set: "{width: 16, blocks: 1, layers: 2}"),
    ZooModel(key: "nbeats/multivariate", set: "{layers: 2, calendar: true}"),
    ZooModel(key: "nbeats/hits", set: "{width: 16, pool: [4, 2, 1], downsample: [2, 2, 1]}"),
    ZooModel(key: "transformer/encoder", set: "{d_model: 16, layers: 1, heads: 2, feed_forward: 16}"),
    ZooModel(
      key: "transformer/encoder-v1",
      set: "{d_model: 16, layers: 1, heads: 2, feed_forward: 16, extra_tokens: false}"),
    ZooModel(key: "transformer/encoder-v2", set: "{d_model: 16, layers: 1, heads: 2, feed_forward: 16}"),
    ZooModel(key: "transformer/dynamic", set: "{layers: 1, hidden: 8}"),
    ZooModel(key: "transformer/autoregressive", set: "{layers: 1}"),
    ZooModel(key: "transformer/patch", set: "{layers: 1, feed_forward: 16}"),
    ZooModel(key: "frequency/fsnn"),
    ZooModel(key: "gp/exact", set: "{refit: never, rows: 60, steps: 5}", isNetwork: false),
    ZooModel(key: "gp/deep", set: "{layers: 1, steps: 3}"),
    ZooModel(key: "kernel/regression", isNetwork: false),
    ZooModel(key: "oracle/gp-nbeats-transformer"),
  ]

  /// They take the models that other steps trained: see `EnsemblingTests`.
  static let ensembles = ["ensemble/linear", "ensemble/mean", "ensemble/snapshot"]
}

extension Workspace {
  /// A folder in which the step `model` trains a model of the zoo; `training` is a line of YAML.
  fileprivate convenience init(_ model: ZooModel, training: String) throws {
    try self.init()
    if model.task == .direction {
      try replace(
        "horizon: 4,", by: "features: [load, temp], labels: [{trend: {of: load, steps: 1, threshold: 0}}],",
        in: "pipeline.yaml")
    }
    let trained = model.isNetwork ? ", training: \(training)" : ""
    try replace(
      "with: {model: linear/ridge}", by: "with: {model: \(model.key), set: \(model.set)\(trained)}",
      in: "pipeline.yaml")
  }
}

@Test func `Every file under models is trained by a test`() {
  let folder = Programs.repository + "/models"
  let keys = Disk.names(in: folder).flatMap { family in
    Disk.names(in: folder + "/" + family).map { family + "/" + $0.dropLast(".yaml".count) }
  }
  #expect(Set(keys) == Set(ZooModel.all.map(\.key) + ZooModel.ensembles))
}

@Test(arguments: ZooModel.all)
func
  `A model of the zoo has the same bytes on any number of threads and after a kill, and forecasts so reloaded`(
    model: ZooModel
  ) throws
{
  let workspace = try Workspace(model, training: "{epochs: 2, batch: 32, lanes: 4}")
  #expect(try workspace.run("pipeline", ["run", "windows"]).status == 0)
  var found: Set<Digest> = []
  for threads in [1, 2, 4] {
    let artifacts = "artifacts-\(threads)"
    _ = try workspace.run("/bin/cp", ["-r", "artifacts", artifacts])
    let result = try workspace.run("train", ["--artifacts", artifacts, "--threads", "\(threads)"])
    #expect(result.status == 0, "\(result.error)")
    found.insert(try ArtifactStore(root: workspace.path + "/" + artifacts).current(of: "model").digest)
  }
  if model.isNetwork {
    #expect(try (1...5).contains { _ in try workspace.killTraining() }, "no kill left a checkpoint")
  }
  let last = try workspace.run("train")
  #expect(
    last.status == 0 && last.output.contains("went on behind step") == model.isNetwork, "\(last.output)")
  found.insert(try ArtifactStore(root: workspace.path + "/artifacts").current(of: "model").digest)
  #expect(found.count == 1)

  // Read again by an ensemble of it alone, the model says the same of every test window.
  let again = """
      again:
        stage: train
        reads: {windows: windows, models: model}
        with: {model: ensemble/mean}

    """
  try workspace.folder.write(try workspace.folder.read("pipeline.yaml") + again, to: "pipeline.yaml")
  let result = try workspace.run("train", ["--step", "again"])
  #expect(result.status == 0, "\(result.error)")
  let forecast = try workspace.doubles("again", "test.forecast")
  let tested = try workspace.doubles("model", "test.forecast")
  // Ensembles add up baselines in the units of the transforms, and probabilities in doubles.
  let isExact = model.task == .levels && !model.key.hasPrefix("baseline/")
  #expect(!forecast.isEmpty && forecast.count == tested.count)
  let differences = zip(forecast, tested).map { abs($0 - $1) / max(1, abs($1)) }
  #expect(differences.max() ?? 0 <= (isExact ? 0 : 1e-6))
}
