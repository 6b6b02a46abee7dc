import Artifacts
import TestSupport
import Testing

extension Workspace {
  /// Trains another model in place of the ridge.
  fileprivate func model(_ key: String, _ settings: String) throws {
    try replace(
      "with: {model: linear/ridge}", by: "with: {model: \(key), set: \(settings)}", in: "pipeline.yaml")
  }
}

@Test(arguments: [
  ("gp/exact", "{refit: never, rows: 100, optimizer: l-bfgs}"),
  ("kernel/regression", "{bandwidths: [0.5, 0.7, 1]}"),
])
func `A model of likeness is registered, and forecasts after reloading`(key: String, settings: String) throws
{
  let workspace = try Workspace()
  try workspace.model(key, settings)
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == 0, "\(result.error)")
  #expect(result.output.contains("skill over repeat +"))
}

@Test(arguments: [
  ("gp/exact", "{steps: 10, start_windows: 4}"), ("gp/exact", "{refit: never, rows: 60, steps: 10}"),
  ("kernel/regression", "{lipschitz: 1}"),
])
func `A model of likeness has the same bytes on one, two and four threads`(key: String, settings: String)
  throws
{
  var found: [Digest] = []
  for threads in [1, 2, 4] {
    let workspace = try Workspace()
    try workspace.model(key, settings)
    #expect(try workspace.run("pipeline", ["run", "windows"]).status == 0)
    let result = try workspace.run("train", ["--threads", "\(threads)"])
    #expect(result.status == 0, "\(result.error)")
    found.append(try ArtifactStore(root: workspace.path + "/artifacts").current(of: "model").digest)
  }
  #expect(found[0] == found[1] && found[0] == found[2])
}

@Test(arguments: [
  ("gp/exact", "{kernel: scale * matern}", 2, "has no kernel 'matern'; there are scale, rbf, matern-1/2"),
  (
    "kernel/regression", "{kernel: logistic, lipschitz: 1}", 2, "bounds hold for kernels that are zero beyond"
  ),
])
func `A model of likeness that cannot be is refused with the remedy`(
  key: String, settings: String, status: Int32, expected: String
) throws {
  let workspace = try Workspace()
  try workspace.model(key, settings)
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == status && result.error.contains(expected), "\(result.error)")
  #expect(workspace.results(of: "model").isEmpty)
}
