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
  (
    "gp/exact", "{refit: never, memory: 0}", 2, "'set.memory'"
  ),
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

@Test func `A regression with bounds shows them around its forecasts`() throws {
  let workspace = try Workspace()
  try workspace.model("kernel/regression", "{lipschitz: 1, noise: 0.2, bandwidths: [0.7]}")
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == 0, "\(result.error)")
  let store = ArtifactStore(root: workspace.path + "/artifacts")
  let model = try store.current(of: "model")
  let made = try model.array("test.forecast", of: Double.self, shape: [nil, nil, nil])
  let bounds = try model.array("test.bounds", of: Double.self, shape: [nil, nil, nil, 2])
  try #require(bounds.shape == made.shape + [2] && !made.values.isEmpty)
  for index in made.values.indices {
    #expect(
      bounds.values[2 * index] < made.values[index] && made.values[index] < bounds.values[2 * index + 1])
  }
  let csv = try workspace.folder.read("artifacts/forecast/current/forecast.csv").split(separator: "\n")
  #expect(csv[0].hasSuffix(",repeat,lower_bound,upper_bound"))
  let cells = csv[1].split(separator: ",").map(String.init)
  let (forecast, lower, upper) = (
    Double(cells[4]), Double(cells[cells.count - 2]), Double(cells[cells.count - 1])
  )
  #expect(try #require(lower) < #require(forecast) && #require(forecast) < #require(upper))
}

@Test func `A process a window tells how many fits its forecasts took`() throws {
  let workspace = try Workspace()
  try workspace.model("gp/exact", "{steps: 5}")
  #expect(try workspace.run("pipeline", ["run", "model"]).status == 0)
  let facts = try ArtifactStore(root: workspace.path + "/artifacts").current(of: "model").manifest.facts
  #expect(try #require(facts["fits"]?.integer) > 0)
  #expect(facts["mendedFits"]?.integer == 0 && facts["greatestJitter"]?.number == 0)
}

@Test
func `A Gaussian process over more rows than its memory is refused with the arithmetic and both remedies`()
  throws
{
  let workspace = try Workspace(rows: 660)
  try workspace.model("gp/exact", "{refit: never, rows: 900, memory: 1}")
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == 2, "\(result.error)")
  let line = try #require(
    result.error.split(separator: "\n").first { $0.contains("an exact Gaussian process") })
  // At the rows that were asked for.
  #expect(line.contains("pipeline.yaml:") && line.contains("² · 8 bytes · 2 matrices = "), "\(line)")
  #expect(line.contains("MiB, of 1 MiB allowed; set rows: 256 or less, which takes the newest, or memory: "))
  #expect(workspace.results(of: "model").isEmpty)
}
