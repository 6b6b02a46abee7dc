import Artifacts
import Foundation
import TestSupport
import Testing

/// A file that `extract` must refuse: what is written, and what the message must say.
struct BadData: Sendable, CustomTestStringConvertible {
  let name: String
  let csv: String
  let expected: [String]
  var flags: [String] = []
  var testDescription: String { name }

  static let all = [
    BadData(name: "an empty file", csv: "", expected: ["data.csv is empty"]),
    BadData(name: "a header only", csv: "date,close\n", expected: ["data.csv:1:", "no row below it"]),
    BadData(
      name: "text in a number", csv: "date,close\n2024-01-01,1\n2024-01-02,n/a\n",
      expected: ["data.csv:3:12:", "'n/a' in column 'close'"]),
    BadData(
      name: "NaN", csv: "date,close\n2024-01-01,NaN\n",
      expected: ["data.csv:2:12:", "no finite decimal number"]),
    BadData(
      name: "infinity", csv: "date,close\n2024-01-01,1\n2024-01-02,inf\n",
      expected: ["data.csv:3:12:", "'inf'"]),
    BadData(
      name: "a negative price", csv: "date,close\n2024-01-01,1\n2024-01-02,-1\n",
      expected: ["data.csv:3:", "is not positive", "prices: []"]),
    BadData(
      name: "high below low", csv: "date,high,low\n2024-01-01,2,1\n2024-01-02,1,2\n",
      expected: ["data.csv:3:", "the high 1.0 lies below the low 2.0"]),
    BadData(
      name: "unsorted times with two values of one",
      csv: "date,x\n2024-01-01,1\n2024-01-03,1\n2024-01-02,1\n2024-01-01,2\n",
      expected: ["data.csv:5:", "2024-01-01T00:00:00Z stands twice"]),
    BadData(
      name: "duplicate times", csv: "date,x\n2024-01-01,1\n2024-01-02,1\n2024-01-02,2\n",
      expected: ["data.csv:4:", "stands twice"]),
    BadData(
      name: "mixed intervals",
      csv: "date,x\n2024-01-01 00:00,1\n2024-01-01 01:00,1\n2024-01-01 02:00,1\n2024-01-01 02:30,1\n",
      expected: ["data.csv:4:", "mixed intervals", "30m"]),
    BadData(
      name: "an unknown column", csv: "day,x\n2024-01-01,1\n",
      expected: ["data.csv:1:", "there is no column 'date'; there are: day, x"]),
    BadData(
      name: "a row with a cell too many", csv: "date,x\n2024-01-01,1,2\n",
      expected: ["data.csv:2:", "3 cells, and the header 2"]),
    BadData(
      name: "a text that would drive the terminal", csv: "date,x\n2024-01-01,\u{1B}[31mred\n",
      expected: ["data.csv:2:12:", "'\\u{1b}[31mred' in column 'x'"]),
    BadData(
      name: "a column that would drive the terminal", csv: "date,x\u{9B}31m\n2024-01-01,1\n2024-01-02,1\n",
      expected: ["no control characters"]),
    BadData(
      name: "no bar closed in time", csv: "date,x\n2024-01-01,1\n2024-01-02,1\n",
      expected: ["no bar has closed by until"], flags: ["--set", "until=2023-01-01"]),
  ]
}

@Test(arguments: BadData.all)
func `Bad data is refused with its place, exit code 65, and nothing published`(bad: BadData) throws {
  let workspace = try Workspace()
  try workspace.folder.write(bad.csv, to: "data.csv")
  let result = try workspace.run("extract", bad.flags)
  #expect(result.status == 65)
  for text in bad.expected { #expect(result.error.contains(text), "\(result.error)") }
  #expect(workspace.results(of: "series").isEmpty)
}

@Test func `A missing file is refused with the setting that names it and exit code 66`() throws {
  let workspace = try Workspace()
  let result = try workspace.run("pipeline", ["run", "--set", "series.source.path=nowhere.csv"])
  #expect(result.status == 66)
  #expect(
    result.error.contains(
      "'series.source.path' names nowhere.csv, which does not exist; give the path: bin/pipeline run --set series.source.path=PATH"
    ))
  #expect(!Disk.exists(workspace.path + "/artifacts/series"))
}

/// A mistake in pipeline.yaml: what is replaced by what, and what the message must say.
struct Mistake: Sendable, CustomTestStringConvertible {
  let old: String
  let new: String
  let expected: String
  var testDescription: String { new }

  static let all = [
    Mistake(
      old: "lookback: 24", new: "lookbak: 24", expected: "pipeline.yaml:9:11: step 'windows' needs 'lookback'"
    ),
    Mistake(
      old: "horizon: 4", new: "horizon: 4, horizn: 4",
      expected: "unknown key 'horizn' in step 'windows'; did you mean 'horizon'?"),
    Mistake(
      old: "horizon: 4", new: "horizon: four",
      expected: "'horizon' must be a whole number in 1...1000000, not 'four'"),
    Mistake(old: "horizon: 4", new: "horizon: \"4\"", expected: "'horizon' must be a whole number"),
    Mistake(
      old: "reads: {windows: windows}", new: "reads: {windows: window}",
      expected: "there is no step 'window'; did you mean 'windows'?"),
    Mistake(
      old: "reads: {windows: windows}", new: "reads: {windows: series}",
      expected: "must be a step of stage 'prepare'"),
    Mistake(
      old: "stage: train", new: "stage: trian", expected: "there is no stage 'trian'; did you mean 'train'?"),
    Mistake(
      old: "model: linear/ridge", new: "model: linear/rigde",
      expected: "there is no model 'linear/rigde'; did you mean 'linear/ridge'?"),
    Mistake(
      old: "version: 1", new: "version: 7",
      expected: "pipeline.yaml:1:10: 'version' must be a whole number in 1...1, not '7'"),
    Mistake(old: "name: plant}}", new: "name: no}}", expected: "quote it if you mean one ('no')"),
    Mistake(old: "steps:\n", new: "steps: &all\n", expected: "anchors (&) are not allowed"),
    Mistake(old: "with: {name: plant}", new: "with: {name: plant", expected: "pipeline.yaml:"),
    Mistake(
      old: "reads: {champion: champion, series: series}", new: "reads: {champion: champion}",
      expected: "'reads' needs 'series'"),
  ]
}

@Test(arguments: Mistake.all)
func `A mistake in the pipeline file is found before anything runs, with its place and exit code 2`(
  mistake: Mistake
) throws {
  let workspace = try Workspace()
  try workspace.replace(mistake.old, by: mistake.new, in: "pipeline.yaml")
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == 2)
  #expect(result.error.contains(mistake.expected), "\(result.error)")
  #expect(!Disk.exists(workspace.path + "/artifacts"))
}

@Test func `Steps that read each other in a circle are named`() throws {
  let workspace = try Workspace()
  try workspace.replace(
    "reads: {champion: champion, series: series}",
    by:
      "reads: {champion: champion, series: series}\n  again:\n    stage: register\n    reads: {model: again}\n    with: {name: x}",
    in: "pipeline.yaml")
  let result = try workspace.run("pipeline", ["status"])
  #expect(result.status == 2 && result.error.contains("in a circle: again → again"))
}

@Test func `Too few rows for the window are refused with the arithmetic`() throws {
  let workspace = try Workspace(rows: 27)
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == 65)
  #expect(
    result.error.contains(
      "look-back 24 + horizon 4 need 28 rows without a gap, and the longest run, of 'plant', has 27"))
  #expect(workspace.results(of: "windows").isEmpty)
}

@Test func `A constant column is divided by 1, flagged, and no failure`() throws {
  let workspace = try Workspace()
  let lines = try workspace.folder.read("data.csv").split(separator: "\n")
  let still =
    ["date,load,still"]
    + lines.dropFirst().map { $0.split(separator: ",")[..<2].joined(separator: ",") + ",7" }
  try workspace.folder.write(still.joined(separator: "\n") + "\n", to: "data.csv")
  let result = try workspace.run("pipeline", ["run"])
  #expect(result.status == 0, "\(result.error)")
  #expect(
    result.error.contains(
      "warning: 'still' of 'plant' is constant over the training rows; its scale is taken as 1"))
  let manifest = try workspace.folder.read(try workspace.current("windows") + "/manifest.json")
  #expect(manifest.contains("is constant over the training rows"))
}

@Test func `A flipped bit is found before it is used, and the remedy works`() throws {
  let workspace = try Workspace()
  _ = try workspace.pipeline()
  try workspace.folder.flipBit(4, ofByte: 777, in: try workspace.current("series") + "/values.npy")
  let result = try workspace.run("pipeline", ["run", "--set", "windows.horizon=5"])
  #expect(result.status == 65)
  #expect(
    result.error.contains("values.npy is damaged: its SHA-256 is")
      && result.error.contains("rebuild it: bin/pipeline run --force series"))
  #expect(try workspace.pipeline(["--force", "series", "--set", "windows.horizon=5"]).code == 0)
  #expect(try workspace.pipeline().fresh.first == "series")
}

@Test func `A truncated array is seen at once and made anew`() throws {
  let workspace = try Workspace()
  _ = try workspace.pipeline()
  let before = try workspace.digests()
  try workspace.folder.truncate(try workspace.current("windows") + "/features.npy", to: 500)
  let byHand = try workspace.run("train", ["--force"])
  #expect(
    byHand.status == 65
      && byHand.error.contains("features.npy is damaged: it is truncated: 500 bytes instead of"))
  #expect(try workspace.run("pipeline", ["status"]).output.contains("features.npy is missing or cut off"))
  #expect(try workspace.pipeline().ran == ["windows"])
  #expect(try workspace.digests() == before)
}

@Test func `A manifest of another schema is refused with both numbers, and rebuilt by the pipeline`() throws {
  let workspace = try Workspace()
  _ = try workspace.pipeline()
  let manifest = try workspace.current("series") + "/manifest.json"
  try workspace.replace("\"schema\": 1", by: "\"schema\": 2", in: manifest)
  let byHand = try workspace.run("prepare", ["--force"])
  #expect(byHand.status == 65)
  #expect(
    byHand.error.contains("manifest.json cannot be read: it has schema 2, and this build reads schema 1"))
  #expect(try workspace.pipeline().ran == ["series"])
  #expect(try workspace.pipeline().fresh == Workspace.steps)
}

@Test func `An input that is not there yet names the step to run`() throws {
  let workspace = try Workspace()
  let result = try workspace.run("train")
  #expect(
    result.status == 66
      && result.error.contains("step 'windows' has published nothing yet; run: bin/pipeline run windows"))
}

@Test(
  arguments: [
    (["--nonsense"], 2, "Unknown option '--nonsense'"),
    (["--step", "windws"], 2, "there is no step 'windws'; did you mean 'windows'?"),
    (["--step", "series"], 2, "'step' must be a step of stage 'train', not one of stage 'extract'"),
    (["--threads", "0"], 2, "--threads must be from 1 to 256"),
    (["--set", "model"], 2, "write it as setting=value"),
    (["--pipeline", "nowhere.yaml"], 66, "nowhere.yaml does not exist"), (["--help"], 0, nil),
  ] as [([String], Int32, String?)])
func `Wrong flags are usage errors`(flags: [String], status: Int32, expected: String?) throws {
  let workspace = try Workspace()
  let result = try workspace.run("train", flags)
  #expect(result.status == status)
  if let expected { #expect(result.error.contains(expected), "\(result.error)") }
}

@Test func `An unknown step or target is refused with the nearest name`() throws {
  let workspace = try Workspace()
  for flags in [
    ["run", "windws"], ["run", "--force", "windws"], ["explain", "windws"], ["status", "windws"],
    ["run", "--set", "windws.horizon=3"],
  ] {
    let result = try workspace.run("pipeline", flags)
    #expect(
      result.status == 2 && result.error.contains("there is no step 'windws'; did you mean 'windows'?"),
      "\(flags) \(result.error)")
  }
}

@Test func `A result that nobody can read is no success`() throws {
  let workspace = try Workspace()
  let script = "\(Programs.folder)/pipeline graph > /dev/full"
  #expect(try workspace.run("/bin/sh", ["-c", script]).status == 74)
}

@Test func `An interruption leaves nothing behind and says 130`() throws {
  let workspace = try Workspace()
  // A market of so many rows takes seconds; it is interrupted in the middle.
  try workspace.folder.write(
    """
    version: 1
    steps:
      series:
        stage: extract
        with: {source: {kind: synthetic, start: 1970-01-01, interval: 1m, rows: 3000000}, until: 2024-01-01}

    """, to: "pipeline.yaml")
  let script = "\(Programs.folder)/pipeline run & sleep 0.7; kill -INT $!; wait $!"
  let result = try workspace.run("/bin/sh", ["-c", script])
  #expect(result.status == 130, "\(result.error)")
  #expect(workspace.results(of: "series").isEmpty)
}

@Test func `A file without a row of names is refused, and loses no row in silence`() throws {
  let workspace = try Workspace()
  try workspace.folder.write("1,2\n3,4\n", to: "data.csv")
  try workspace.folder.write(
    """
    version: 1
    steps:
      series:
        stage: extract
        with: {source: {kind: csv, path: data.csv}, interval: 1h}

    """, to: "pipeline.yaml")
  let result = try workspace.run("extract")
  #expect(
    result.status == 65 && result.error.contains("data.csv:1: the first row holds numbers"), "\(result.error)"
  )
}
