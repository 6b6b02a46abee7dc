import Artifacts
import Foundation
import TestSupport
import Testing

/// A pipeline with an ensemble of what two look-backs give, and of a network.
private let ensemble = """
  version: 1
  steps:
    series:
      stage: extract
      with: {source: {kind: csv, path: data.csv, time: date, name: plant}}
    windows:
      stage: prepare
      reads: {series: series}
      matrix: [{as: short, lookback: 12}, {as: long, lookback: 24}]
      with: {horizon: 4, split: {dates: {validation: 2024-01-06, test: 2024-01-08}}}
    ridge:
      stage: train
      reads: {windows: windows}
      with: {model: linear/ridge}
    net:
      stage: train
      reads: {windows: windows@short}
      with: {model: linear/nlinear, training: {epochs: 4, batch: 16}}
    model:
      stage: train
      reads: {windows: windows@long, models: ["ridge@*", net]}
      with: {model: ensemble/linear}
    champion:
      stage: register
      reads: {model: model}
      with: {name: plant}
    forecast:
      stage: predict
      reads: {champion: champion, series: series}
  """

extension Workspace {
  fileprivate func write(_ pipeline: String) throws { try folder.write(pipeline, to: "pipeline.yaml") }

  fileprivate func digest(_ step: String) throws -> Digest {
    try ArtifactStore(root: path + "/artifacts").current(of: step).digest
  }

  fileprivate func facts(_ step: String) throws -> [String: JSON] {
    try ArtifactStore(root: path + "/artifacts").current(of: step).manifest.facts
  }
}

@Test func `An ensemble of look-backs and kinds is trained, registered and forecasts without its members`()
  throws
{
  let workspace = try Workspace()
  try workspace.write(ensemble)
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == 0, "\(result.error)")
  let facts = try workspace.facts("model")
  let members = facts["blueprint"]?["members"]?.array ?? []
  #expect(members.compactMap { $0["name"]?.string } == ["net", "ridge@long", "ridge@short"])
  #expect(members.compactMap { $0["lookback"]?.integer } == [12, 24, 12])
  #expect(try workspace.pipeline().fresh.count == 9)
  // A member that changes runs the ensemble and what comes after it, and status says why.
  let status = try workspace.run("pipeline", ["status", "--set", "net.training.epochs=2"]).output
  #expect(status.contains("model") && status.contains("net"), "\(status)")
  let (ran, _, _, code) = try workspace.pipeline(["--set", "net.training.epochs=2"])
  #expect(code == 0 && ran == ["net", "model", "champion", "forecast"])
  // Self-contained: the registered model forecasts when the members are gone.
  for step in ["ridge@short", "ridge@long", "net", "model"] {
    try FileManager.default.removeItem(atPath: workspace.path + "/artifacts/" + step)
  }
  let again = try workspace.run("predict", ["--force", "--set-step", "net.training.epochs=2"])
  #expect(again.status == 0, "\(again.error)")
}

@Test func `An ensemble has the same bytes on any number of threads`() throws {
  let workspace = try Workspace()
  try workspace.write(ensemble)
  #expect(try workspace.run("pipeline", ["run", "model"]).status == 0)
  let first = try workspace.digest("model")
  for threads in ["1", "4"] {
    let result = try workspace.run("train", ["--step", "model", "--force", "--threads", threads])
    #expect(result.status == 0, "\(result.error)")
    #expect(try workspace.digest("model") == first)
  }
}

@Test func `Members that do not fit are refused with the remedy`() throws {
  let workspace = try Workspace()
  try workspace.write(ensemble)
  let other = try workspace.run("pipeline", ["run", "model", "--set", "windows@short.horizon=6"])
  #expect(other.status != 0 && other.error.contains("its horizon is 6, and that of the windows is 4"))
  try workspace.write(
    ensemble.replacingOccurrences(of: "windows@long, models", with: "windows@short, models"))
  let short = try workspace.run("pipeline", ["run", "model"])
  #expect(short.error.contains("'ridge@long' looks back over 24 rows, and the windows hold 12"))
  #expect(try workspace.run("train", ["--step", "model"]).status == ExitStatus.usage.rawValue)
}

/// A network in several roles.
private func networks(_ steps: String) -> String {
  """
  version: 1
  steps:
    series:
      stage: extract
      with: {source: {kind: csv, path: data.csv, time: date, name: plant}}
    made-up:
      stage: extract
      with: {source: {kind: csv, path: data.csv, time: date, name: other}}
    windows:
      stage: prepare
      reads: {series: series}
      with: {lookback: 24, horizon: 4, transforms: [standardize], split: {fractions: {train: 0.6, validation: 0.2, test: 0.2}}}
    windows-2:
      stage: prepare
      reads: {series: made-up}
      with: {lookback: 24, horizon: 4, transforms: [standardize], split: {fractions: {train: 0.6, validation: 0.2, test: 0.2}}}
  \(steps)
  """
}

private let network = "model: mlp/stock, set: {width: 12}"

@Test func `Networks of several seeds are one model, which an interruption does not change`() throws {
  let pipeline = networks(
    """
      model:
        stage: train
        reads: {windows: windows}
        with: {\(network), ensemble: {seeds: 3}, training: {epochs: 12, batch: 16, keep: 2}}
      snapshots:
        stage: train
        reads: {windows: windows, models: single}
        with: {model: ensemble/snapshot}
      single:
        stage: train
        reads: {windows: windows}
        with: {\(network), training: {epochs: 9, batch: 16, schedule: {cyclic: {epochs: 3}}}}
    """)
  let (undisturbed, workspace) = (try Workspace(), try Workspace())
  for each in [undisturbed, workspace] {
    try each.write(pipeline)
    #expect(try each.run("pipeline", ["run", "windows"]).status == 0)
  }
  let whole = try undisturbed.run("train", ["--step", "model", "--threads", "1"])
  #expect(whole.status == 0 && whole.output.contains("seed +2"), "\(whole.error)")
  let everyStep = ["CANDLEWICK_CHECKPOINT_SECONDS": "0"]
  var parts: Set<String> = []
  for attempt in 0..<40 where parts.count < 2 {
    guard workspace.results(of: "model").allSatisfy({ $0.hasPrefix(".") }) else { break }
    let delay = 0.05 + 0.03 * Double(attempt)
    let script = "\(Programs.folder)/train --step model & pid=$!; sleep \(delay); kill -KILL $pid; wait $pid"
    _ = try workspace.run("/bin/sh", ["-c", script], environment: everyStep)
    parts.formUnion(workspace.results(of: "model").filter { $0.hasPrefix(".checkpoint") })
  }
  let last = try workspace.run("train", ["--step", "model", "--threads", "2"], environment: everyStep)
  #expect(last.status == 0 && last.output.contains("went on behind step"), "\(last.error)")
  #expect(try workspace.digest("model") == undisturbed.digest("model"))
  #expect(workspace.results(of: "model").allSatisfy { !$0.hasPrefix(".checkpoint") })
  let snapshots = try undisturbed.run("pipeline", ["run", "snapshots"])
  #expect(snapshots.status == 0, "\(snapshots.error)")
  let names = try undisturbed.facts("snapshots")["blueprint"]?["members"]?.array?.compactMap {
    $0["name"]?.string
  }
  #expect(Set(names ?? []) == ["single epoch 3", "single epoch 6", "single epoch 9"])
}

@Test func `Fine-tuning begins where another model ended, and refuses what is not the same`() throws {
  let workspace = try Workspace()
  func pipeline(_ more: String, set: String = "{width: 12}") -> String {
    networks(
      """
        first:
          stage: train
          reads: {windows: windows-2}
          with: {\(network), training: {epochs: 8, batch: 16}}
        model:
          stage: train
          reads: {windows: windows, from: first}
          with: {model: mlp/stock, set: \(set), training: {epochs: 1, batch: 16, learning_rate: 0\(more)}}
      """)
  }
  try workspace.write(pipeline(""))
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == 0, "\(result.error)")
  let store = ArtifactStore(root: workspace.path + "/artifacts")
  // With a rate of zero what comes out is what went in.
  for name in ["normalize.linear.0.weight", "normalize.head.bias"] {
    let arrays = try ["first", "model"].map { try store.current(of: $0).manifest.array(name)?.digest }
    #expect(arrays[0] != nil && arrays[0] == arrays[1])
  }
  #expect(try workspace.pipeline().fresh.contains("model"))
  #expect(try workspace.pipeline(["--set", "first.training.epochs=7"]).ran == ["first", "model"])
  try workspace.write(pipeline("", set: "{width: 13}"))
  let wider = try workspace.run("train", ["--step", "model"])
  #expect(
    wider.status == ExitStatus.usage.rawValue && wider.error.contains("linear.width is 12 there and 13 here"),
    "\(wider.error)")
}

@Test(arguments: [
  ("mlp/stock, set: {width: 12}", "loss: {grid: {bins: 6}}"),
  ("mlp/stock, set: {width: 12}", "loss: {grid: {edges: [-9e6, -0.5, 0, 0.5, 9e6]}}"),
  ("mlp/stock, set: {width: 12}", "loss: {quantile: {levels: [0.1, 0.5, 0.9]}}"),
  ("rnn/deepar, set: {width: 8, layers: 1}", "clip: 1"),
])
func `Fine-tuning goes on whatever the loss, on windows with other values`(
  _ model: String, _ training: String
) throws {
  let workspace = try Workspace()
  try workspace.folder.write(Workspace.csv(rows: 180), to: "other.csv")
  func step(_ name: String, _ reads: String, _ rate: String) -> String {
    """
      \(name):
        stage: train
        reads: {\(reads)}
        with: {model: \(model), training: {epochs: 2, batch: 16, learning_rate: \(rate), \(training)}}

    """
  }
  let pipeline = networks(
    step("first", "windows: windows-2", "0.001") + step("model", "windows: windows, from: first", "0"))
  try workspace.write(
    pipeline.replacingOccurrences(
      of: "data.csv, time: date, name: other", with: "other.csv, time: date, name: plant"))
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == 0, "\(result.error)")
  let store = ArtifactStore(root: workspace.path + "/artifacts")
  // With a rate of zero what comes out is what went in.
  let names = try store.current(of: "model").manifest.arrays.map(\.name).filter { $0.hasSuffix("weight") }
  #expect(!names.isEmpty)
  for name in names {
    let arrays = try ["first", "model"].map { try store.current(of: $0).manifest.array(name)?.digest }
    #expect(arrays[0] != nil && arrays[0] == arrays[1], "\(name)")
  }
}

@Test func `Synthetic windows are mixed in, with the same bytes after an interruption`() throws {
  let pipeline = networks(
    """
      model:
        stage: train
        reads: {windows: windows, synthetic: windows-2}
        with: {\(network), training: {epochs: 30, batch: 16, real_proportion: 0.3, steps_per_epoch: 9, patience: 100}}
    """)
  let (undisturbed, workspace) = (try Workspace(), try Workspace())
  for each in [undisturbed, workspace] {
    try each.write(pipeline)
    #expect(try each.run("pipeline", ["run", "windows", "windows-2"]).status == 0)
  }
  #expect(try undisturbed.run("train", ["--step", "model", "--threads", "1"]).status == 0)
  #expect(try undisturbed.facts("model")["steps"]?.integer == 270)
  #expect(try workspace.killTraining())
  let resumed = try workspace.run("train", ["--step", "model", "--threads", "2"])
  #expect(resumed.status == 0 && resumed.output.contains("went on behind step"), "\(resumed.output)")
  #expect(try workspace.digest("model") == undisturbed.digest("model"))
  let other = try workspace.run(
    "pipeline", ["run", "model", "--set", "windows-2.horizon=5"])
  #expect(other.error.contains("the synthetic windows of 'windows-2' cannot be mixed in: their horizon is 5"))
}

// MARK: - Classifiers

private let direction = """
  version: 1
  steps:
    series:
      stage: extract
      with: {source: {kind: csv, path: data.csv, time: date, name: plant}}
    windows:
      stage: prepare
      reads: {series: series}
      with:
        lookback: 24
        features: [load, temp]
        labels: [{trend: {of: load, steps: 6, threshold: 0}}]
        transforms: [standardize]
        split: {fractions: {train: 0.6, validation: 0.2, test: 0.2}}
    model:
      stage: train
      reads: {windows: windows}
      with: {model: MODEL}
    champion:
      stage: register
      reads: {model: model}
      with: {name: plant, gates: {test/accuracy: {at_least: 0.8}}}
    forecast:
      stage: predict
      reads: {champion: champion, series: series}
  """

@Test(arguments: [
  "linear/logistic", "dnn/classifier, set: {widths: [16, 8], batch: 16}",
  "dnn/classifier, set: {widths: [], batch: 16}",
  "dnn/classifier, set: {widths: [16, 8], normalization: batch, dropout: 0.1, entity: one-hot, initial: glorot, batch: 16}",
])
func `A classifier learns the direction of a daily wave and forecasts its class`(model: String) throws {
  let workspace = try Workspace(rows: 320)
  try workspace.write(direction.replacingOccurrences(of: "MODEL", with: model))
  let trained = try workspace.run("pipeline", ["run", "model"])
  #expect(trained.status == 0 && trained.output.contains("of classes are right"), "\(trained.error)")
  let metrics = try ArtifactStore(root: workspace.path + "/artifacts").current(of: "model").manifest.metrics
  #expect(metrics["test/accuracy"] ?? 0 > 0.85, "\(metrics)")
}

@Test func `A classifier on quantities is refused with the way to labels`() throws {
  let workspace = try Workspace()
  try workspace.replace(
    "with: {model: linear/ridge}", by: "with: {model: dnn/classifier}", in: "pipeline.yaml")
  let result = try workspace.run("pipeline", ["run", "model"])
  #expect(result.error.contains("a classifier learns classes, not quantities"), "\(result.error)")
  #expect(result.error.contains("labels: [{trend: {steps: 1}}]"))
  #expect(try workspace.run("train").status == 65)
}

@Test func `Snapshots of several seeds are refused in words that say what they are`() throws {
  let workspace = try Workspace()
  try workspace.write(
    networks(
      """
        model:
          stage: train
          reads: {windows: windows, models: several}
          with: {model: ensemble/snapshot}
        several:
          stage: train
          reads: {windows: windows}
          with: {\(network), ensemble: {seeds: 2}, training: {epochs: 1, batch: 16}}
      """))
  let result = try workspace.run("pipeline", ["run", "model"])
  #expect(
    result.error.contains("'several' is an ensemble of 2 models, which keeps no epochs"), "\(result.error)")
}
