import Artifacts
import Foundation
import TestSupport
import Testing

/// Two entities, the second of which begins when the training part is over.
private func entities(_ model: String) -> String {
  """
  version: 1
  steps:
    series:
      stage: extract
      with: {source: {kind: csv, paths: {A: data.csv, B: late.csv}, time: date}, interval: 1h}
    windows:
      stage: prepare
      reads: {series: series}
      with:
        lookback: 8
        horizon: 4
        transforms: [{standardize: {per: all}}]
        split: {dates: {validation: 2024-01-06, test: 2024-01-08}}
    model:
      stage: train
      reads: {windows: windows}
      with: {model: \(model)}
    champion:
      stage: register
      reads: {model: model}
      with: {name: plant}
    forecast:
      stage: predict
      reads: {champion: champion, series: series}
  """
}

extension Workspace {
  /// Rows from 2024-01-06 on, with values of their own.
  fileprivate func writeLate() throws {
    let rows = try folder.read("data.csv").split(separator: "\n")
    let late = rows[121...].enumerated().map { number, row in
      row.prefix { $0 != "," } + rows[number + 8].drop { $0 != "," }
    }
    try folder.write(([rows[0]] + late).joined(separator: "\n") + "\n", to: "late.csv")
  }
}

@Test func `An entity that begins after the training part is refused, or is one that nobody knows`() throws {
  let workspace = try Workspace()
  try workspace.writeLate()
  try workspace.folder.write(
    entities("nbeats/multivariate, set: {epochs: 1, batch: 16, unknown_rate: 0}"), to: "pipeline.yaml")
  let refused = try workspace.run("pipeline", ["run"])
  #expect(refused.status == 65, "\(refused.error)")
  #expect(
    refused.error.contains("no training window shows B, and this network is told which entity"),
    "\(refused.error)")
  #expect(refused.error.contains("unknown_rate: 0.05"))
  try workspace.folder.write(
    entities("nbeats/multivariate, set: {epochs: 12, batch: 16, unknown_rate: 0.05}"), to: "pipeline.yaml")
  let known = try workspace.run("pipeline", ["run"])
  #expect(known.status == 0, "\(known.error)")
  #expect(
    try ArtifactStore(root: workspace.path + "/artifacts").current(of: "model").manifest.facts["blueprint"]?[
      "unseenEntities"] == [1])
  // One that does not look at entities need not have seen it.
  try workspace.folder.write(
    entities("mlp/stock, set: {width: 32}, training: {epochs: 12, batch: 16, learning_rate: 0.005}"),
    to: "pipeline.yaml")
  let other = try workspace.run("pipeline", ["run"])
  #expect(other.status == 0, "\(other.error)")
}

@Test func `A forecast of an entity that training never saw is refused by its name`() throws {
  let workspace = try Workspace()
  try workspace.writeLate()
  let pipeline = entities("nbeats/multivariate, set: {epochs: 12, batch: 16}").replacingOccurrences(
    of: "A: data.csv, B: late.csv", with: "A: data.csv")
  try workspace.folder.write(
    pipeline + """

        newcomer:
          stage: extract
          with: {source: {kind: csv, paths: {A: data.csv, C: late.csv}, time: date}, interval: 1h}
        again:
          stage: predict
          reads: {champion: champion, series: newcomer}

      """, to: "pipeline.yaml")
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.error.contains("the series holds C, which the model never saw: it learnt from A"))
  #expect(result.error.contains("train with unknown_rate: 0.05"), "\(result.error)")
  #expect(try workspace.run("predict", ["--step", "again"]).status == 65)
}
