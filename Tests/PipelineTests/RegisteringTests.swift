import TestSupport
import Testing

@Test func `Models that forecast different things are not chosen among`() throws {
  let workspace = try Workspace()
  try workspace.prepare(["lookback: 24", "horizon: 4", BadFeatures.split])
  try workspace.replace(
    "stage: prepare", by: "stage: prepare\n    matrix: {horizon: [4, 8]}", in: "pipeline.yaml")
  try workspace.replace("reads: {model: model}", by: "reads: {model: \"model@*\"}", in: "pipeline.yaml")
  let result = try workspace.run("pipeline", ["run", "champion"])
  #expect(result.status == 2, "\(result.error)")
  #expect(result.error.contains("their horizons are 4 and 8"), "\(result.error)")
}

@Test(
  arguments: [
    (
      "{model: baseline/seasonal-repeat, season: 25}",
      "a season of 25 bars does not fit into a look-back of 24"
    ),
    ("{model: baseline/drift}", "needs more than a look-back of 1"),
  ])
func `A baseline that the windows do not allow is refused before it reads beside them`(
  settings: String, expected: String
) throws {
  let workspace = try Workspace()
  let lookback = settings.contains("drift") ? 1 : 24
  try workspace.prepare(["lookback: \(lookback)", "horizon: 4", BadFeatures.split])
  try workspace.replace("with: {model: linear/ridge}", by: "with: \(settings)", in: "pipeline.yaml")
  let result = try workspace.run("pipeline", ["run", "model"])
  #expect(result.status == 2 && result.error.contains(expected), "\(result.error)")
}
