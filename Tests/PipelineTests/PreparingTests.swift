import Artifacts
import Foundation
import TestSupport
import Testing

@Test func `A leak that is allowed is published, and all that is made from it says why`() throws {
  let workspace = try Workspace()
  try workspace.prepare(
    BadFeatures.settings + ["transforms: [{standardize: {fit: all}}]", "allow_leak: to see what it hides"])
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == 0, "\(result.error)")
  #expect(result.error.contains("leaks allowed because «to see what it hides»"))
  for step in ["windows", "model"] {
    let manifest = try workspace.folder.read(try workspace.current(step) + "/manifest.json")
    #expect(manifest.contains("leaks allowed because «to see what it hides»"), "\(step)")
  }
}

@Test func `Windows that were dealt at random are stamped, and all that is made from them`() throws {
  let workspace = try Workspace()
  try workspace.prepare(["lookback: 24", "horizon: 4", "split: random-leaky"])
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == 0, "\(result.error)")
  #expect(result.error.contains("at random"))
  for step in ["windows", "model"] {
    let manifest = try workspace.folder.read(try workspace.current(step) + "/manifest.json")
    #expect(manifest.contains("dealt to training, validation and test at random"), "\(step)")
  }
}

@Test func `What the leak check looked at is printed and published with the windows`() throws {
  let workspace = try Workspace()
  _ = try workspace.run("pipeline", ["run", "series"])
  let result = try workspace.run("prepare")
  #expect(result.status == 0 && result.output.contains("leak check:"), "\(result.output) \(result.error)")
  for check in ["truncation", "scaler", "shuffled-labels"] {
    #expect(result.output.contains("ok \(check): "), "\(check) \(result.output)")
  }
  #expect(result.output.contains("skipped time-identity: one entity"), "\(result.output)")
  let facts = try ArtifactStore(root: workspace.path + "/artifacts").current(of: "windows").manifest.facts
  #expect(facts["leakCheck"]?.array?.count == 4 && facts["stamps"] == [])
  let folds = try #require(facts["folds"]?.array)
  #expect(folds.count == 1 && folds[0]["purged"] == 6 && folds[0]["train"]?["windows"] == 105)
}

@Test func `Walk-forward folds are one artifact, of which a model takes one`() throws {
  let workspace = try Workspace()
  try workspace.prepare([
    "lookback: 24", "horizon: 4", "split: {walk_forward: {folds: 4, test: 24, validation: 24}}",
  ])
  #expect(try workspace.pipeline().code == 0)
  let names = try ArtifactStore(root: workspace.path + "/artifacts").current(of: "windows").manifest.arrays
    .map(\.name)
  #expect(
    names.contains("origins.03.test") && names.contains("fold.factor")
      && names.filter { $0 == "features" }.count == 1)
  let store = ArtifactStore(root: workspace.path + "/artifacts")
  func tested() throws -> Digest? { try store.current(of: "model").manifest.array("test.actual")?.digest }
  let newest = try tested()
  // The last fold is the default, so that naming it changes nothing.
  #expect(try workspace.run("pipeline", ["run", "model", "--set", "model.fold=3"]).status == 0)
  #expect(try tested() == newest)
  #expect(try workspace.run("pipeline", ["run", "model", "--set", "model.fold=0"]).status == 0)
  #expect(try tested() != newest)
  let beyond = try workspace.run("pipeline", ["run", "--set", "model.fold=4"])
  #expect(beyond.status == 2 && beyond.error.contains("4"), "\(beyond.error)")
}

@Test func `Labels are learnt and forecast, as quantities and as classes`() throws {
  for (labels, expected) in [
    ("{return: {of: load, steps: [1, 4]}}", "skill over repeat +"),
    ("{log-return: {of: load}}, {price: {of: temp, steps: [3]}}", "skill over repeat +"),
    ("{trend: {of: load, steps: 4}}", "is below mean's"),
  ] {
    let workspace = try Workspace()
    try workspace.prepare(
      BadFeatures.labels + ["features: [load, temp, {calendar: {fields: [hour]}}]", "labels: [\(labels)]"])
    let result = try workspace.run("pipeline", ["run"])
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains(expected), "\(result.output)")
  }
}

@Test(
  arguments: [
    "window: {scale: last}", "window: {scale: mean}", "window: {scale: mean-std, leave: [temp]}",
    "window: {scale: min-max, share: [[load, temp]], smooth: [{savitzky-golay: {window: 5}}]}",
    "transforms: [{difference: {lag: 24}}, robust]", "shift: 3", "stride: {train: 3}",
    "features: [load, temp, {sma: {of: load, period: 6}}, {calendar: {fields: [hour]}}]",
    "clean: {gaps: {policy: interpolate, longest: 5}}",
  ], ["linear/ridge", "linear/nlinear"])
func `Windows of every kind end in a forecast that is made of the newest rows`(setting: String, model: String)
  throws
{
  let workspace = try Workspace()
  try workspace.prepare(BadFeatures.settings + ["targets: [load]", setting])
  let training =
    model == "linear/ridge"
    ? "" : ", training: {epochs: 20, batch: 16, learning_rate: 0.01, schedule: constant}"
  try workspace.replace(
    "with: {model: linear/ridge}", by: "with: {model: \(model)\(training)}", in: "pipeline.yaml")
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == 0, "\(result.error)")
}

/// An array of the windows of a workspace.
private func array(_ name: String, in workspace: Workspace) throws -> NumPyArray<Float> {
  try NumPyArray<Float>.read(
    workspace.path + "/" + (try workspace.current("windows")) + "/" + name + ".npy"
  ).array
}

/// Some rows around each origin, row after row.
private func rows(
  of table: [Float], width: Int, from first: Int, to last: Int, around origins: [Int]
) -> [Float] {
  var rows: [Float] = []
  for origin in origins { rows += table[((origin + first) * width)..<((origin + last + 1) * width)] }
  return rows
}

@Test func `Materialised windows are the rows that the views have`() throws {
  let workspace = try Workspace()
  try workspace.prepare(
    ["lookback: 24", "horizon: 4", "shift: 2", "materialize: true"] + [BadFeatures.split])
  #expect(try workspace.run("pipeline", ["run", "windows"]).status == 0)
  let folder = workspace.path + "/" + (try workspace.current("windows"))
  let features = try array("features", in: workspace).values
  let targets = try array("targets", in: workspace).values
  for part in ["train", "validation", "test"] {
    let origins = try NumPyArray<Int64>.read(folder + "/origins.\(part).npy").array.values.map { Int($0) }
    let (x, y) = (try array(part + ".x", in: workspace), try array(part + ".y", in: workspace))
    #expect(x.shape == [origins.count, 24, 2] && y.shape == [origins.count, 4, 2] && !origins.isEmpty)
    #expect(x.values == rows(of: features, width: 2, from: -23, to: 0, around: origins))
    #expect(y.values == rows(of: targets, width: 2, from: 3, to: 6, around: origins))
  }
}

@Test func `Parts of windows are the rows nearest to the origin, less those that are masked`() throws {
  let workspace = try Workspace()
  try workspace.prepare(
    [
      "lookback: 24", "horizon: 4", "features: [load, temp, {calendar: {fields: [hour]}}]", "targets: [temp]",
      "materialize: {backward_inputs: {size: 8, mask: 2}, forward_inputs: {size: 3}, forward_outputs: {size: 4, mask: 1}}",
    ] + [BadFeatures.split])
  let result = try workspace.run("pipeline", ["run", "windows"])
  #expect(result.status == 0, "\(result.error)")
  let folder = workspace.path + "/" + (try workspace.current("windows"))
  let origins = try NumPyArray<Int64>.read(folder + "/origins.test.npy").array.values.map { Int($0) }
  let (features, targets) = (try array("features", in: workspace), try array("targets", in: workspace))
  let width = features.shape[1]
  let inputs = try array("test.backward_inputs", in: workspace)
  #expect(inputs.shape == [origins.count, 6, width])
  #expect(inputs.values == rows(of: features.values, width: width, from: -7, to: -2, around: origins))
  let outputs = try array("test.forward_outputs", in: workspace)
  #expect(outputs.values == rows(of: targets.values, width: 1, from: 2, to: 4, around: origins))
  // Only what the calendar decides is known ahead.
  let known = try array("test.forward_inputs", in: workspace)
  #expect(known.shape == [origins.count, 3, width - 2])
  #expect(known.values[0] == features.values[(origins[0] + 1) * width + 2])
  let beyond = try workspace.run(
    "prepare",
    ["--set", "materialize.backward_inputs.size=25", "--set", "materialize.backward_inputs.mask=0"])
  #expect(beyond.status == 2 && beyond.error.contains("windows reach from -23 to 4"), "\(beyond.error)")
}

@Test func `An entity that is not judged has no validation and no test windows`() throws {
  let workspace = try Workspace()
  // Other numbers: two entities with equal columns would tell each other the date.
  let lines = Workspace.csv(rows: 220).split(separator: "\n")
  let other =
    lines.enumerated().map { $0 == 0 ? "\($1)" : $1.replacingOccurrences(of: ",", with: ",\($0 % 9 + 1)") }
    .joined(separator: "\n") + "\n"
  try workspace.folder.write(other, to: "other.csv")
  try workspace.replace(
    "path: data.csv, time: date, name: plant", by: "paths: {plant: data.csv, other: other.csv}, time: date",
    in: "pipeline.yaml")
  try workspace.prepare(["lookback: 24", "horizon: 4", "judge: [plant]"] + [BadFeatures.split])
  let result = try workspace.run("pipeline", ["run", "windows"])
  #expect(result.status == 0, "\(result.error)")
  let artifact = try ArtifactStore(root: workspace.path + "/artifacts").current(of: "windows")
  let table = try WindowTable(reading: artifact)
  let plant = try #require(table.signature.entities.firstIndex(of: "plant"))
  func entities(_ split: Split) -> Set<Int> {
    Set((table.origins[split] ?? []).map { table.entity(ofRow: $0) })
  }
  #expect(entities(.train).count == 2 && entities(.validation) == [plant] && entities(.test) == [plant])
  let unknown = try workspace.run("prepare", ["--set", "judge=[plnt]"])
  #expect(unknown.status == 2 && unknown.error.contains("did you mean 'plant'"), "\(unknown.error)")
}

@Test func `A report is a page that needs nothing else`() throws {
  let workspace = try Workspace()
  _ = try workspace.run("pipeline", ["run", "series"])
  let result = try workspace.run("prepare", ["--report"])
  #expect(result.status == 0, "\(result.error)")
  let page = try workspace.folder.read(try workspace.current("windows") + "/report.html")
  #expect(page.contains("A look at the data") && page.contains("truncation") && page.hasSuffix("</html>\n"))
  for outside in ["<script", "src=\"http", "href=\"http", "@import"] { #expect(!page.contains(outside)) }
}
