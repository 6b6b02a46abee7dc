import Artifacts
import Foundation
import TestSupport
import Testing

/// A network model that ships, with a training that is short and still finds the daily shape.
struct ShippedNetwork: Sendable, CustomTestStringConvertible {
  let model: String
  let epochs: Int
  let rate: Double
  var set = "{}"
  var testDescription: String { model }

  static let all = [
    ShippedNetwork(model: "linear/nlinear", epochs: 20, rate: 0.01),
    ShippedNetwork(model: "linear/dlinear", epochs: 40, rate: 0.02),
    ShippedNetwork(model: "mlp/stock", epochs: 20, rate: 0.005),
    ShippedNetwork(model: "mlp/system", epochs: 20, rate: 0.005),
    ShippedNetwork(model: "rnn/lstm", epochs: 20, rate: 0.02),
    ShippedNetwork(model: "rnn/gru", epochs: 20, rate: 0.02),
    ShippedNetwork(model: "nbeats/generic", epochs: 20, rate: 0.002),
    ShippedNetwork(model: "transformer/encoder", epochs: 20, rate: 0.003),
    ShippedNetwork(model: "transformer/patch", epochs: 40, rate: 0.005),
    ShippedNetwork(
      model: "transformer/encoder-v1", epochs: 20, rate: 0.003,
      set: "{d_model: 32, extra_tokens: false, normalize: last, position: time2vec}"),
    ShippedNetwork(
      model: "transformer/encoder-v2", epochs: 20, rate: 0.003,
      set: "{d_model: 32, layers: 2, feed_forward: 64, dropout: 0.05}"),
    ShippedNetwork(model: "transformer/dynamic", epochs: 20, rate: 0.003),
    ShippedNetwork(model: "frequency/fsnn", epochs: 20, rate: 0.003),
    ShippedNetwork(model: "gp/deep", epochs: 40, rate: 0.005),
  ]
}

extension Workspace {
  /// Trains a network in place of the ridge; `training` is one line of YAML.
  fileprivate func train(_ model: String, _ training: String, set: String = "{}") throws {
    try replace(
      "with: {model: linear/ridge}", by: "with: {model: \(model), set: \(set), training: \(training)}",
      in: "pipeline.yaml")
  }

  /// A pipeline whose model is the file `models/my/model.yaml`.
  fileprivate func train(file: String, with settings: String = "") throws {
    try folder.write(file, to: "models/my/model.yaml")
    try replace("with: {model: linear/ridge}", by: "with: {model: my/model\(settings)}", in: "pipeline.yaml")
  }

  /// The names of checkpoints beside the results of `model`.
  fileprivate var checkpoints: [String] {
    results(of: "model").filter { $0.hasPrefix(".checkpoint") }
  }
}

@Test(arguments: ShippedNetwork.all)
func `Every shipped network trains, is registered, and forecasts after reloading as in its test`(
  network: ShippedNetwork
) throws {
  let workspace = try Workspace()
  try workspace.train(
    network.model,
    "{epochs: \(network.epochs), batch: 16, learning_rate: \(network.rate), schedule: constant}",
    set: network.set)
  try workspace.forecastEarlier()
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == 0, "\(result.error)")
  #expect(result.output.contains("skill over repeat +"))
  let forecast = try workspace.doubles("again", "forecast")
  let tested = try workspace.doubles("model", "test.forecast")
  #expect(!forecast.isEmpty && forecast == Array(tested.suffix(forecast.count)))
  #expect(try workspace.run("pipeline", ["run"]).error.hasPrefix("7 fresh"))
  #expect(workspace.checkpoints.isEmpty)
}

@Test(arguments: [
  ("loss: gaussian", ""), ("loss: {quantile: {levels: [0.05, 0.5, 0.95]}}", ""),
  ("loss: {grid: {bins: 30}}", ""), ("loss: mse", ", forecast: {mc_dropout: 20}"),
])
func `A network that knows how sure it is says so of test windows and of the newest`(
  _ loss: String, _ forecast: String
) throws {
  let workspace = try Workspace()
  try workspace.train(
    "mlp/stock", "{epochs: 20, batch: 16, learning_rate: 0.005, schedule: constant, \(loss)}\(forecast)",
    set: "{dropout: 0.1}")
  try workspace.forecastEarlier()
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == 0, "\(result.error)")
  let metrics = try ArtifactStore(root: workspace.path + "/artifacts").current(of: "model").manifest.metrics
  let (inner, outer) = (
    try #require(metrics["test/model_coverage/80"]), try #require(metrics["test/model_coverage/95"])
  )
  #expect(inner > 0.2 && inner <= outer && outer <= 1)
  let quantiles = try workspace.doubles("model", "test.quantiles")
  #expect(try quantiles.count == 4 * workspace.doubles("model", "test.forecast").count)
  for first in stride(from: 0, to: quantiles.count, by: 4) {
    let own = quantiles[first..<(first + 4)]
    #expect(zip(own, own.dropFirst()).allSatisfy { $0 <= $1 })
  }
  let newest = try workspace.doubles("again", "model.quantiles")
  #expect(!newest.isEmpty && newest == Array(quantiles.suffix(newest.count)))
}

@Test func `A network that is no better than repeat is refused with the figure`() throws {
  let workspace = try Workspace()
  try workspace.train("transformer/encoder", "{epochs: 1, learning_rate: 0}")
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == 78 && result.error.contains("'plant' was refused: test/mse"), "\(result.error)")
}

@Test(arguments: ["rnn/gru", "nbeats/generic", "transformer/encoder", "transformer/patch"])
func `A network has the same bytes on one, two and four threads, and in two folders`(model: String) throws {
  var found: [Digest] = []
  for (threads, lanes) in [(1, 4), (2, 4), (4, 4)] {
    let workspace = try Workspace()
    try workspace.train(model, "{epochs: 2, batch: 32, lanes: \(lanes)}")
    #expect(try workspace.run("pipeline", ["run", "windows"]).status == 0)
    let result = try workspace.run("train", ["--threads", "\(threads)"])
    #expect(result.status == 0, "\(result.error)")
    found.append(try ArtifactStore(root: workspace.path + "/artifacts").current(of: "model").digest)
  }
  #expect(found[0] == found[1] && found[0] == found[2])
}

@Test(arguments: ["rnn/lstm", "transformer/patch"])
func `Killed in the middle of training, the next run goes on and ends with the same bytes`(
  model: String
) throws {
  let training = "{epochs: 60, batch: 16, patience: 1000, keep: 3, schedule: {plateau: {patience: 1}}}"
  let (undisturbed, workspace) = (try Workspace(), try Workspace())
  for each in [undisturbed, workspace] {
    try each.train(model, training)
    #expect(try each.run("pipeline", ["run", "windows"]).status == 0)
  }
  func digest(_ workspace: Workspace) throws -> Digest {
    try ArtifactStore(root: workspace.path + "/artifacts").current(of: "model").digest
  }
  #expect(try undisturbed.run("train").status == 0)
  // A checkpoint after every step; each run lives a little longer than the one before, and one is asked to end.
  let everyStep = ["CANDLEWICK_CHECKPOINT_SECONDS": "0"]
  var steps: [Int] = []
  for attempt in 0..<30 where steps.count < 4 {
    guard workspace.results(of: "model").allSatisfy({ $0.hasPrefix(".") }) else { break }
    let delay = 0.1 + 0.03 * Double(attempt)
    let signal = steps.count == 1 ? "INT" : "KILL"
    let script = "\(Programs.folder)/train & pid=$!; sleep \(delay); kill -\(signal) $pid; wait $pid"
    _ = try workspace.run("/bin/sh", ["-c", script], environment: everyStep)
    guard let name = workspace.checkpoints.first(where: { !$0.hasSuffix(".new") }) else { continue }
    let bytes = try Disk.read(workspace.path + "/artifacts/model/" + name)
    let header = try JSON(parsing: Array(bytes.prefix { $0 != UInt8(ascii: "\n") }))
    steps.append(try #require(header["step"]?.integer))
  }
  #expect(!steps.isEmpty && steps == steps.sorted())
  let last = try workspace.run("train", environment: everyStep)
  #expect(last.status == 0, "\(last.error)")
  #expect(try digest(workspace) == digest(undisturbed))
  #expect(workspace.checkpoints.isEmpty)
}

@Test func `Status names the setting of the block that changed, and does not print the network`() throws {
  let workspace = try Workspace()
  try workspace.train("mlp/stock", "{epochs: 2, batch: 16}")
  #expect(try workspace.pipeline().ran.contains("model"))
  let wider = try workspace.run("pipeline", ["status", "--set", "model.set.width=64"]).output
  #expect(wider.contains("linear.width 100 → 64"), "\(wider)")
  let other = try workspace.run("pipeline", ["status", "--set", "model.model=rnn/gru"]).output
  #expect(other.contains(#"with.model "mlp/stock" → "rnn/gru""#), "\(other)")
  #expect(other.split(separator: "\n").allSatisfy { $0.count < 800 }, "\(other)")
}

@Test func `A changed epoch count runs the model and what comes after it`() throws {
  let workspace = try Workspace()
  try workspace.train("mlp/stock", "{epochs: 20, batch: 16, learning_rate: 0.005}")
  #expect(try workspace.pipeline().ran == Workspace.steps)
  #expect(
    try workspace.pipeline(["--set", "model.training.epochs=21"]).ran == ["model", "champion", "forecast"])
  // A setting that the model's file has already is no change, and neither is the number of threads.
  let spelled = try workspace.pipeline(["--set", "model.set.width=100", "--threads", "1"])
  #expect(spelled.ran.isEmpty && spelled.restored == ["model", "champion", "forecast"])
}

@Test(arguments: [
  ("quantile", 3), ("gaussian", 2), ("student", 3),
  ("{quantile: {levels: [0.05, 0.25, 0.5, 0.75, 0.95]}}", 5),
])
func `Losses of several outputs train, and forecast a single number a step`(loss: String, outputs: Int) throws
{
  for targets in ["[load, temp]", "[temp]"] {
    let workspace = try Workspace()
    try workspace.replace("horizon: 4,", by: "horizon: 4, targets: \(targets),", in: "pipeline.yaml")
    try workspace.train(
      file: """
        version: 1
        kind: network
        network:
          - targets
          - normalize: {by: last, blocks: [{channels: {blocks: [{head: {outputs: \(outputs)}}]}}]}
        training: {loss: \(loss), epochs: 30, learning_rate: 0.02, batch: 16}

        """)
    let result = try workspace.run("pipeline", ["run"])
    #expect(result.status == 0, "\(result.error)")
  }
}

/// A model's file, or what a step says of it, that `train` must refuse: what is written, and what the message must say.
struct BadBlueprint: Sendable, CustomTestStringConvertible {
  let name: String
  var old = ""
  var new = ""
  var step = ""
  var status: Int32 = 2
  let expected: [String]
  var testDescription: String { name }

  static let file = """
    version: 1
    kind: network
    settings:
      width: 16
      window: last
    network:
      - targets
      - normalize:
          by: $window
          blocks:
            - flatten
            - linear: {width: $width, activation: relu}
            - head
    training:
      loss: mse
      epochs: 2

    """

  private static let path = "models/my/model.yaml"

  static let all = [
    BadBlueprint(
      name: "an unknown block", old: "- linear", new: "- linaer",
      expected: [
        "\(path):12:11: ", "there is no block 'linaer'; there are activation, attention, ",
        "did you mean 'linear'?",
      ]),
    BadBlueprint(
      name: "a wrong shape", old: "        - flatten\n", new: "",
      expected: ["\(path):12:11: ", "a head takes vectors [S, D], not [1, 24, 16]; put 'pool' or 'flatten'"]),
    BadBlueprint(
      name: "blocks that end too early", old: "        - head\n", new: "",
      expected: [
        "\(path):8:5: ", "give forecasts [S, H, K] = [1, 4, 2], and give [1, 16]; end them with 'head'",
      ]),
    BadBlueprint(
      name: "a normalisation behind what mixes columns", old: "- targets", new: "- linear: {width: 9}",
      expected: ["\(path):8:5: ", "put it before what mixes columns"]),
    BadBlueprint(
      name: "a setting that is used nowhere", old: "by: $window", new: "affine: false",
      expected: ["\(path):5:11: no block says $window; "]),
    BadBlueprint(
      name: "a missing setting of a block", old: "{width: $width, activation: relu}",
      new: "{activation: $window, bias: $width}",
      expected: ["\(path):12:11: ", "'width' is missing"]),
    BadBlueprint(
      name: "an unknown setting of a block", old: "activation:", new: "activatoin:",
      expected: ["'activatoin' is no setting of this block; there are activation, bias, width"]),
    BadBlueprint(
      name: "a setting of the wrong type", old: "activation: relu", new: "activation: 3",
      expected: ["\(path):12:47: ", "'activation' should be one of identity, relu, "]),
    BadBlueprint(
      name: "a setting whose value stands elsewhere", old: "width: 16", new: "width: wide",
      expected: ["\(path):4:10: ", "'width' should be a whole number from 1 to 100000, or one of horizon, "]),
    BadBlueprint(
      name: "a setting that a step overrides", step: ", set: {width: wide}",
      expected: [
        "pipeline.yaml:13:42: ", "'width' should be a whole number from 1 to 100000, or one of horizon, ",
      ]),
    BadBlueprint(
      name: "a setting that is not there", old: "$width", new: "$wdith",
      expected: ["\(path):12:27: there is no setting 'wdith'; did you mean 'width'?"]),
    BadBlueprint(
      name: "an unknown setting of a step", step: ", set: {wdth: 3}",
      expected: ["pipeline.yaml:13:35: unknown key 'wdth'", "did you mean 'width'?"]),
    BadBlueprint(
      name: "an unknown key of the training", step: ", training: {epoch: 3}",
      expected: ["pipeline.yaml:13:40: unknown key 'epoch'", "did you mean 'epochs'?"]),
    BadBlueprint(
      name: "a training that is a list", step: ", training: [3]",
      expected: ["pipeline.yaml:13:39: 'training' must be a mapping, not a list"]),
    BadBlueprint(
      name: "settings that are a list", old: "settings:\n  width: 16\n  window: last", new: "settings: [16]",
      expected: ["\(path):3:11: 'set' must be a mapping, not a list"]),
    BadBlueprint(
      name: "a missing number of epochs", old: "  epochs: 2\n", new: "",
      expected: ["\(path):15:3: ", "needs 'epochs'"]),
    BadBlueprint(
      name: "a head that does not fit the loss", old: "- head", new: "- head: {outputs: 3}",
      expected: [
        "\(path):15:9: training.loss: ", "the loss 'mse' needs 1 outputs a step",
        "a head that has no 'outputs' of its own, or with outputs: 1",
      ]),
    BadBlueprint(
      name: "a loss of the step that does not fit the head", old: "- head", new: "- head: {outputs: 3}",
      step: ", training: {loss: gaussian}",
      expected: ["pipeline.yaml:13:46: training.loss: ", "or with outputs: 2"]),
    BadBlueprint(
      name: "an order of outputs that are no quantiles", old: "- head", new: "- head: {ordered: true}",
      step: ", training: {loss: gaussian}",
      expected: ["\(path):13:11: ", "ordered outputs are quantiles, and the loss is one of a gaussian"]),
    BadBlueprint(
      name: "a grid that does not cover the data",
      step: ", training: {loss: {grid: {edges: [-0.01, 0, 0.01]}}}", status: 65,
      expected: [
        "pipeline.yaml:13:46: the grid's edges reach from -0.01 to 0.01, and ",
        "values of the training and validation windows lie outside: ",
        "the smallest is -", "widen the edges in training.loss.grid: the first to -",
      ]),
    BadBlueprint(
      name: "percentages of what is no price",
      step: ", training: {loss: {grid: {edges: [-9e6, 0, 9e6], of: percent}}}", status: 65,
      expected: ["a percentage of the last input needs one above 0", "set of: change"]),
    BadBlueprint(
      name: "draws of a network that drops nothing", step: ", forecast: {mc_dropout: 20}",
      expected: ["pipeline.yaml:13:52: forecast: 'mc_dropout' needs a network that drops something"]),
    BadBlueprint(
      name: "a season longer than the look-back", old: "loss: mse", new: "loss: {mase: {season: 30}}",
      expected: [
        "\(path):15:9: training.loss: ", "a season of 30 needs a history of more steps than that, not 24",
      ]),
    BadBlueprint(
      name: "a budget without a unit", step: ", training: {budget: 10}",
      expected: ["pipeline.yaml:13:48: ", "a duration such as 90s, 10m or 2h"]),
    BadBlueprint(
      name: "lanes that do not divide the batch", step: ", training: {lanes: 3}",
      expected: ["pipeline.yaml:13:47: training: 'lanes' should divide the batch of 32, not be 3"]),
    BadBlueprint(
      name: "a batch larger than the data", step: ", training: {batch: 5000}", status: 65,
      expected: [
        "pipeline.yaml:13:47: a batch of 5000 is larger than the 105 training windows; lower training.batch"
      ]),
    BadBlueprint(
      name: "classes that are no classes", step: ", training: {loss: binary-cross-entropy}", status: 65,
      expected: [
        "pipeline.yaml:13:46: the loss 'binary-cross-entropy' needs targets 0 … 1, and 'load' has a ",
        "labels: [{trend: {steps: 1}}]",
      ]),
    BadBlueprint(
      name: "a learning rate that no network bears",
      step: ", training: {learning_rate: 1000, optimizer: sgd, epochs: 50}", status: 65,
      expected: ["training diverged: ", "lower learning_rate, or clip gradients with clip: 1"]),
  ]
}

@Test(arguments: BadBlueprint.all)
func `A bad blueprint is refused with its place and a remedy, and nothing is published`(
  bad: BadBlueprint
) throws {
  let workspace = try Workspace()
  try workspace.train(
    file: bad.old.isEmpty
      ? BadBlueprint.file : BadBlueprint.file.replacingOccurrences(of: bad.old, with: bad.new),
    with: bad.step)
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == bad.status, "\(result.error)")
  for text in bad.expected { #expect(result.error.contains(text), "\(result.error)") }
  #expect(workspace.results(of: "model").isEmpty)
}

@Test func `A look-back shorter than the patches is refused at the block`() throws {
  let workspace = try Workspace()
  try workspace.train("transformer/patch", "{epochs: 1, batch: 16}")
  let result = try workspace.run("pipeline", ["run", "--set", "windows.lookback=7"])
  #expect(result.status == 2)
  #expect(
    result.error.contains("models/transformer/patch.yaml:27:17: ")
      && result.error.contains(
        "a patch of 16 does not fit a look-back of 7 with 8 behind it; shorten the patch"),
    "\(result.error)")
}

@Test func `A target with a single class is refused`() throws {
  let workspace = try Workspace()
  let rows = try workspace.folder.read("data.csv").split(separator: "\n")
  try workspace.folder.write(
    (["date,load,up"] + rows.dropFirst().map { $0.split(separator: ",")[..<2].joined(separator: ",") + ",1" })
      .joined(separator: "\n") + "\n", to: "data.csv")
  try workspace.replace("horizon: 4,", by: "horizon: 4, targets: [up], transforms: [],", in: "pipeline.yaml")
  try workspace.train("mlp/stock", "{epochs: 1, loss: binary-cross-entropy}", set: "{}")
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == 65, "\(result.error)")
  #expect(
    result.error.contains(
      "the target has a single class among the training windows, 1.0: there is nothing to tell apart"))
}
