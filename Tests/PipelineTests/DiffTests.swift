import Artifacts
import TestSupport
import Testing

@Test func `Diff says what became of a step, down to the row and the column`() throws {
  let workspace = try Workspace(rows: 120)
  #expect(try workspace.pipeline(["series"]).code == 0)
  #expect(try workspace.run("pipeline", ["diff", "series", "series"]).output.hasPrefix("identical\n"))
  let alone = try workspace.run("pipeline", ["diff", "series"])
  #expect(alone.status == 66 && alone.error.contains("has had one result only"))

  try workspace.folder.write(Workspace.csv(rows: 124), to: "data.csv")
  #expect(try workspace.pipeline(["series"]).code == 0)
  let appended = try workspace.run("pipeline", ["diff", "series"])
  #expect(appended.status == 1 && appended.output.hasPrefix("differ: 120 → 124 rows, prefix identical\n"))

  let lines = try workspace.folder.read("data.csv").split(separator: "\n")
  let revised = lines.enumerated().map { $0 == 51 ? $1.prefix { $0 != "," } + ",99.0,9.0" : $1[...] }
  try workspace.folder.write(revised.joined(separator: "\n") + "\n", to: "data.csv")
  #expect(try workspace.pipeline(["series"]).code == 0)
  let result = try workspace.run("pipeline", ["diff", "series~1", "series", "--json", "--verify"])
  let json = try JSON(parsing: result.output)
  #expect(result.status == 1 && json["same"] == false)
  #expect(json["summary"] == "1 of 124 rows revised, first at 2024-01-03T02:00:00Z")
  let values = json["arrays"]?.array?.first { $0["name"] == "values" }
  #expect(values?["elements"]?["largestAbsolute"]?["place"]?["index"] == [50, 0])
  #expect(values?["elements"]?["largestAbsolute"]?["place"]?["column"] == "load")
  #expect(try workspace.run("pipeline", ["diff", "series~1", "series", "--atol", "1000"]).status == 0)
  let unknown = try workspace.run("pipeline", ["diff", "sries"])
  #expect(unknown.status == 2 && unknown.error.contains("did you mean 'series'?"))
}
