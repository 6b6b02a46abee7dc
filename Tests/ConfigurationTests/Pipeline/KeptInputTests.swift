import Artifacts
import Comparison
@testable import Configuration
import TestSupport
import Testing

/// A step `model` that reads `windows` with a cut-off, and results of `windows` to be read.
private struct Edge {
  let folder = TemporaryFolder()
  let resolver: StepResolver
  let step: PipelineFile.Step

  init(_ cutoff: String) throws {
    let text = """
      version: 1
      steps:
        series: {stage: extract}
        windows: {stage: prepare, reads: {series: series}}
        model: {stage: train, reads: {windows: {step: windows, cutoff: \(cutoff)}}}
      """
    let file = try PipelineFile(parsing: Array(text.utf8), path: "p.yaml")
    resolver = StepResolver(pipeline: file, store: folder.store, models: ModelLibrary(folders: []))
    step = try file.step("model")
  }

  /// Publishes windows, and gives them as an input.
  func windows(_ values: [Double], rows: [Int64] = [1, 2], metrics: [String: Double] = [:]) throws
    -> Manifest.Input
  {
    let key = folder.key("\(values) \(rows) \(metrics)")
    let artifact = try folder.publish(.windows, step: "windows", key: key, metrics: metrics) { publication in
      try publication.write("x", values, axes: ["N"])
      try publication.write("rows", rows, axes: ["N"])
      return [:]
    }
    return Manifest.Input(
      name: "windows", kind: .windows, source: "windows", digest: artifact.digest,
      content: artifact.contentDigest)
  }

  /// What is kept of `new` where the step's standing result was made from `old`.
  func kept(_ old: Manifest.Input, _ new: Manifest.Input) throws -> [KeptInput] {
    let model = try folder.publish(.model, step: "model", key: folder.key("m", inputs: [old])) { _ in [:] }
    let (inputs, kept) = try resolver.keeping([new], of: step, for: model.manifest)
    #expect(inputs == (kept.isEmpty ? [new] : [old]))
    return kept
  }
}

@Test func `A change within the cut-off keeps the input, and says by how much it changed`() throws {
  let edge = try Edge("{atol: 0.25}")
  let (old, new) = (try edge.windows([1, 2]), try edge.windows([1, 2.25]))
  let kept = try edge.kept(old, new)
  #expect(
    kept == [
      KeptInput(
        name: "windows", source: "windows", kept: old.content, produced: new.content, largestAbsolute: 0.25,
        largestRelative: 0.25 / 2.25)
    ])
  #expect(
    kept.first?.sentence
      == "input windows (windows) kept: it changed by at most 0.2500 (relative 0.1111), within its cut-off")
}

@Test(arguments: [
  ("{atol: 0.25}", [1.0, 2.2500001]), ("{rtol: 0.1}", [1, 2.3]), ("{rtol: 1}", [1, .nan]),
  ("{atol: 1e300}", [1, .infinity]), ("{atol: 9}", [1, 2, 3]),
])
func `A change beyond it, a NaN, an infinity or another shape does not`(cutoff: String, values: [Double])
  throws
{
  let edge = try Edge(cutoff)
  #expect(try edge.kept(try edge.windows([1, 2]), try edge.windows(values)).isEmpty)
}

@Test func `NaN at the same place is no change`() throws {
  let edge = try Edge("{atol: 0.25}")
  #expect(try edge.kept(try edge.windows([.nan, 2]), try edge.windows([.nan, 2.1])).count == 1)
}

@Test func `Whole numbers count to the last, and metrics as real numbers do`() throws {
  let edge = try Edge("{rtol: 0.1, atol: 5}")
  #expect(try edge.kept(try edge.windows([1, 2]), try edge.windows([1, 2], rows: [1, 3])).isEmpty)
  let old = try edge.windows([1, 2], metrics: ["mse": 1])
  #expect(try edge.kept(old, try edge.windows([1, 2], metrics: ["mse": 1.05])).count == 1)
  #expect(try edge.kept(old, try edge.windows([1, 2], metrics: ["mse": 100])).isEmpty)
}

@Test func `Without a cut-off every byte counts`() throws {
  let edge = try Edge("{}")
  #expect(try edge.kept(try edge.windows([1, 2]), try edge.windows([1, 2.0000001])).isEmpty)
}

@Test func `Small changes do not add up: each is held against what the result was made from`() throws {
  let edge = try Edge("{atol: 0.25}")
  let old = try edge.windows([1])
  var isKept: [Bool] = []
  for value in stride(from: 1.125, through: 1.5, by: 0.125) {
    isKept.append(try !edge.kept(old, try edge.windows([value])).isEmpty)
  }
  #expect(isKept == [true, true, false, false])
}

@Test func `A registered model is held against the version that was read before`() throws {
  let text = """
    version: 1
    steps:
      series: {stage: extract}
      windows: {stage: prepare, reads: {series: series}}
      model: {stage: train, reads: {windows: windows}}
      champion: {stage: register, reads: {model: model}}
      forecast: {stage: predict, reads: {series: series, champion: {step: champion, cutoff: {atol: 0.25}}}}
    """
  let folder = TemporaryFolder()
  let file = try PipelineFile(parsing: Array(text.utf8), path: "p.yaml")
  let resolver = StepResolver(pipeline: file, store: folder.store, models: ModelLibrary(folders: []))
  try folder.publish(.verdict, step: "champion") { _ in ["name": "plant"] }
  /// Registers a model, and gives it as an input.
  func version(_ number: Int, _ weight: Double) throws -> Manifest.Input {
    let model = try folder.publish(.model, step: "model", key: folder.key("\(weight)")) { publication in
      try publication.write("x", [weight], axes: ["N"])
      return [:]
    }
    let place = RegisteredModel(name: "plant", in: folder.store).directory(ofVersion: number)
    try Disk.createDirectory(place)
    for name in Disk.names(in: model.directory) {
      try Disk.linkOrCopy(model.directory + "/" + name, to: place + "/" + name)
    }
    return Manifest.Input(
      name: "champion", kind: .model, source: "champion", digest: model.digest, content: model.contentDigest)
  }
  let (old, new, far) = (try version(1, 1), try version(2, 1.125), try version(3, 2))
  let forecast = try folder.publish(.forecast, step: "forecast", key: folder.key("f", inputs: [old])) { _ in
    [:]
  }
  let step = try file.step("forecast")
  #expect(try resolver.keeping([new], of: step, for: forecast.manifest).inputs == [old])
  #expect(try resolver.keeping([far], of: step, for: forecast.manifest).inputs == [far])
}

@Test func `What cannot be compared any more is not kept, and no error`() throws {
  let edge = try Edge("{atol: 9}")
  let (old, new) = (try edge.windows([1, 2]), try edge.windows([1, 2.5]))
  for result in edge.folder.store.results(of: "windows") where result.contentDigest == old.content {
    let place = String(result.directory.dropFirst(edge.folder.path.count + 1))
    try edge.folder.truncate(place + "/x.npy", to: 130)
  }
  #expect(try edge.kept(old, new).isEmpty)
  for result in edge.folder.store.results(of: "windows") where result.contentDigest == old.content {
    Disk.remove(result.directory)
  }
  #expect(try edge.kept(old, new).isEmpty)
}
