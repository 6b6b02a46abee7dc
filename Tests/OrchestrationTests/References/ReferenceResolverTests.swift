import Artifacts
import Chronology
import Orchestration
import TestSupport
import Testing

/// A folder with two steps, the first of which has had three results.
private struct Shelf {
  let folder = TemporaryFolder()
  var series: [Artifact] = []
  var model: Artifact

  init() throws {
    func made(_ kind: Manifest.Kind, _ step: String, _ name: String, in folder: TemporaryFolder) throws
      -> Artifact
    {
      try folder.publish(kind, step: step, key: folder.key(name)) {
        try $0.write("x", [Int64(name.utf8.count)], axes: ["n"])
        return [:]
      }
    }
    model = try made(.model, "model", "m", in: folder)
    for (number, name) in ["a", "bb", "ccc"].enumerated() {
      series.append(try made(.series, "series", name, in: folder))
      let journal = Journal(
        store: folder.store, started: Instant(milliseconds: Int64(number) * 1000), process: 1)
      journal.open()
      for code: Int32 in [65, 0] {
        journal.record(
          Journal.Event(
            step: "series", state: .run, reasons: [], key: series[number].manifest.key, exitCode: code,
            seconds: 0, finished: Instant(milliseconds: 0)))
      }
    }
    let place = RegisteredModel(name: "plant", in: folder.store).directory(ofVersion: 7)
    try Disk.createDirectory(place)
    for name in Disk.names(in: model.directory) {
      try Disk.linkOrCopy(model.directory + "/" + name, to: place + "/" + name)
    }
    let promotion = SealedLine(["op": "promote", "alias": "champion", "version": 7])
    try folder.write(promotion.text + "\n", to: "registry/plant/log.jsonl")
  }

  var resolver: ReferenceResolver { ReferenceResolver(store: folder.store, declaredSteps: ["forecast"]) }

  /// The folder of the result that a text names, in the shelf.
  func place(_ text: String) throws -> String {
    String(try resolver.result(of: text).path.dropFirst(folder.path.count + 1))
  }

  func path(_ artifact: Artifact) -> String { String(artifact.directory.dropFirst(folder.path.count + 1)) }
}

@Test func `A step is its current result, and ~1 the one that was current before`() throws {
  let shelf = try Shelf()
  #expect(try shelf.place("series") == shelf.path(shelf.series[2]))
  #expect(try shelf.place("series~0") == shelf.path(shelf.series[2]))
  #expect(try shelf.place("series~1") == shelf.path(shelf.series[1]))
  #expect(try shelf.place("series~2") == shelf.path(shelf.series[0]))
  #expect(throws: ReferenceError.noEarlier(step: "series", count: 3, known: 2)) {
    try shelf.place("series~3")
  }
  #expect(throws: ReferenceError.noEarlier(step: "model", count: 1, known: 0)) { try shelf.place("model~1") }
  #expect(throws: ArtifactError.missing(step: "forecast")) { try shelf.place("forecast") }
}

@Test func `Without a journal, the results' own records say which was before`() throws {
  let shelf = try Shelf()
  Disk.remove(shelf.folder.path + "/journal")
  #expect(try [shelf.series[0], shelf.series[1]].map(shelf.path).contains(shelf.place("series~1")))
  try shelf.folder.store.setCurrent(of: "series", to: shelf.series[0].manifest.key)
  #expect(try [shelf.series[1], shelf.series[2]].map(shelf.path).contains(shelf.place("series~1")))
}

@Test func `A step that went back has what it left as the one before`() throws {
  let shelf = try Shelf()
  try shelf.folder.store.setCurrent(of: "series", to: shelf.series[0].manifest.key)
  #expect(try shelf.place("series~1") == shelf.path(shelf.series[2]))
}

@Test func `Keys are found by their first digits, and those of no or several results are refused`() throws {
  let shelf = try Shelf()
  let key = shelf.series[0].manifest.key.hex
  for text in ["series:\(key.prefix(4))", "\(key.prefix(6))", "\(key.prefix(16))", key] {
    #expect(try shelf.place(text) == shelf.path(shelf.series[0]), "\(text)")
  }
  #expect(throws: ReferenceError.noKey(prefix: "0123456789ab", step: nil)) { try shelf.place("0123456789ab") }
  let other = String(key.prefix(20)) + (key.dropFirst(20).first == "0" ? "1" : "0")
  #expect(throws: ReferenceError.noKey(prefix: other, step: nil)) { try shelf.place(other) }
  try Disk.createDirectory(shelf.folder.path + "/model/" + key.prefix(8) + "00000000")
  #expect(throws: ReferenceError.self) { try shelf.place(String(key.prefix(8))) }
}

@Test func `Versions, aliases, runs and paths name results too`() throws {
  let shelf = try Shelf()
  let version = "registry/plant/versions/000007"
  #expect(try shelf.place("plant@7") == version)
  #expect(try shelf.place("plant@champion") == version)
  #expect(throws: ReferenceError.noVersion(model: "plant", version: "8", known: ["version 7"])) {
    try shelf.place("plant@8")
  }
  let history = try RunHistory(of: shelf.folder.store)
  let run = try #require(history.runs.last?.name)
  #expect(try shelf.place("run:\(run)/series") == shelf.path(shelf.series[0]))
  #expect(try shelf.place("run:\(run.dropLast(2))/series") == shelf.path(shelf.series[0]))
  #expect(try shelf.place("run:last/series") == shelf.path(shelf.series[2]))
  #expect(throws: UpkeepError.ambiguousRun("1970", runs: history.runs.map(\.name))) {
    try shelf.place("run:1970/series")
  }
  #expect(throws: ReferenceError.notInRun(step: "model", run: run, steps: ["series"])) {
    try shelf.place("run:\(run)/model")
  }
  #expect(throws: ReferenceError.noRun("x", nearest: nil)) { try shelf.place("run:x/series") }
  #expect(try shelf.place(shelf.folder.path + "/series/current/") == "series/current")
  #expect(try shelf.place(shelf.model.directory + "/manifest.json") == shelf.path(shelf.model))
  guard case .array = try shelf.resolver.result(of: shelf.model.directory + "/x.npy") else {
    Issue.record("an array file is no artifact")
    return
  }
  #expect(throws: ReferenceError.noPath("no/where")) { try shelf.place("no/where") }
}

@Test func `What nothing is called is refused with the nearest name`() throws {
  let shelf = try Shelf()
  #expect(throws: ReferenceError.unknown("sereis", nearest: "series")) { try shelf.place("sereis") }
  #expect(throws: ReferenceError.unknown("forcast~1", nearest: "forecast~1")) { try shelf.place("forcast~1") }
  #expect(throws: ReferenceError.unknown("plnat@7", nearest: "plant@7")) { try shelf.place("plnat@7") }
  try Disk.createDirectory(shelf.folder.path + "/plant@7")
  #expect(
    throws: ReferenceError.ambiguous("plant@7", meanings: ["step plant@7", "version 7 of model plant"])
  ) {
    try shelf.place("plant@7")
  }
}
