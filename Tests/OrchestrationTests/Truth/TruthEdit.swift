import Artifacts
import Configuration
import Foundation
import Orchestration

/// One thing that happens to a workspace.
///
/// The numbers choose among what is there when it happens, so that a script from which edits are left out is a script.
struct TruthEdit: Sendable {
  enum Kind: CaseIterable {
    case knob, matrix, matrixOff, variables, otherFile, otherSource, gathers, addStep, removeStep
    case content, sameContent, olderContent, times, program, variable, clock
    case removeResult, removeFolder, removeFile, removeCurrent, otherCurrent, forgetPlans, spoilMemory, cut,
      garble
    case removeRecord, rollBack, removeVersion
    case revert, thereAndBack, style, move, check
    case run, runSome, runEdited, runFailing
  }

  var kind: Kind
  var numbers: [Int]

  /// A number in `range`, the place-th of the edit.
  func number(_ place: Int, below limit: Int) -> Int { limit > 0 ? numbers[place] % limit : 0 }

  func choice<Element>(_ place: Int, of elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[number(place, below: elements.count)]
  }
}

extension TruthWorld {
  func apply(_ edit: TruthEdit) throws {
    let before = trace.count
    switch edit.kind {
    case .knob, .matrix, .matrixOff, .variables, .otherFile, .otherSource, .gathers, .addStep, .removeStep,
      .revert, .style:
      try configure(edit)
    case .content, .sameContent, .olderContent, .times: try editFile(edit)
    case .removeResult, .removeFolder, .removeFile, .removeCurrent, .otherCurrent, .cut, .garble,
      .removeRecord:
      try damage(edit)
    case .rollBack, .removeVersion: try editRegistry(edit)
    case .run, .runSome, .runEdited, .runFailing: try run(edit)
    case .program:
      let stage = Stage.allCases[edit.number(0, below: Stage.allCases.count)]
      oracle.programs[stage] = edit.number(1, below: 3)
      note("the program of \(stage) is \(edit.number(1, below: 3))")
    case .variable:
      set(variable: edit.number(0, below: 2), to: edit.number(1, below: 3))
      note("TRUTH_\(edit.number(0, below: 2)) is \(edit.number(1, below: 3))")
    case .clock:
      clockOffset = [0, 10_000_000_000, 86_400_000_000_000, -3_600_000_000_000][edit.number(0, below: 4)]
      note("the clock is \(clockOffset / 1_000_000_000) s ahead")
    case .forgetPlans:
      Disk.remove(edit.number(0, below: 2) == 0 ? memoryPath : cachePath)
      note("a memory is removed")
    case .spoilMemory: try spoilMemory(edit)
    case .move:
      try moveFolder()
      note("the folder is moved")
    case .thereAndBack: try goThereAndBack(edit)
    case .check: break
    }
    if trace.count > before || edit.kind == .check { try check() }
  }

  private func note(_ words: String) { trace.append(words) }

  // MARK: Configuration

  private static let instanceLimit = 24

  private func configure(_ edit: TruthEdit) throws {
    var changed = pipeline
    guard let step = edit.choice(0, of: Array(changed.steps.indices)) else { return }
    let name = changed.steps[step].name
    switch edit.kind {
    case .knob: changed.steps[step].knob = edit.number(1, below: 3)
    case .matrix where [.extract, .prepare, .train].contains(changed.steps[step].stage):
      let value = edit.number(1, below: 3)
      if let place = changed.steps[step].matrix.firstIndex(of: value) {
        changed.steps[step].matrix.remove(at: place)
      } else {
        changed.steps[step].matrix.append(value)
      }
    case .matrixOff: changed.steps[step].matrix = []
    case .variables: changed.steps[step].variables.formSymmetricDifference([edit.number(1, below: 3)])
    case .otherFile: changed.steps[step].file = edit.number(1, below: 3)
    case .otherSource:
      guard let read = edit.choice(1, of: Array(changed.steps[step].reads.indices)),
        let stage = changed.step(changed.steps[step].reads[read].step)?.stage,
        let source = edit.choice(2, of: changed.steps.filter { $0.stage == stage }),
        !changed.steps[step].reads.contains(where: { $0.step == source.name })
      else { return }
      changed.steps[step].reads[read].step = source.name
    case .gathers where changed.steps[step].stage == .register:
      for read in changed.steps[step].reads.indices { changed.steps[step].reads[read].gathers.toggle() }
    case .addStep:
      let stage = changed.steps[step].stage
      guard changed.steps.count < 9, let free = (0..<9).first(where: { changed.step("x\($0)") == nil }) else {
        return
      }
      var added = changed.steps[step]
      added.name = "x\(free)"
      if stage == .train { added.knob = 2 }
      changed.steps.insert(added, at: step + 1)
    case .removeStep:
      guard changed.steps.count > 1, !changed.steps.contains(where: { $0.reads.contains { $0.step == name } })
      else { return }
      changed.steps.remove(at: step)
    case .revert:
      // Mostly one configuration back.
      changed = edit.choice(1, of: history) ?? changed
      if edit.number(2, below: 3) > 0, let last = history.lastIndex(where: { $0.steps != pipeline.steps }) {
        changed = history[last]
      }
    case .style:
      style = edit.number(0, below: 64)
      return note("the file's style is \(style)")
    default: return
    }
    guard changed.steps != pipeline.steps, changed.instances.count <= Self.instanceLimit,
      Set(changed.instances.map(\.name)).count == changed.instances.count
    else { return }
    pipeline = changed
    history.append(changed)
    note("\(edit.kind) of \(name):\n" + pipeline.text(root: ".", style: 0))
  }

  /// Changes one thing, runs everything, and changes it back.
  private func goThereAndBack(_ edit: TruthEdit) throws {
    let (before, programs, number) = (pipeline, oracle.programs, edit.number(1, below: oracle.files.count))
    let (content, value) = (oracle.files[number], oracle.variables[number % 2] ?? 0)
    guard let place = edit.choice(2, of: Array(pipeline.steps.indices)) else { return }
    note("there and back: \(edit.number(0, below: 4)) \(pipeline.steps[place].name) \(number)")
    switch edit.number(0, below: 4) {
    case 0: pipeline.steps[place].knob = (pipeline.steps[place].knob + 1) % 3
    case 1: try write("\(edit.number(3, below: 5))", toFile: number)
    case 2: oracle.programs[pipeline.steps[place].stage] = edit.number(3, below: 3)
    default: set(variable: number % 2, to: edit.number(3, below: 3))
    }
    try run(.all, jobs: 1 + edit.number(4, below: 3), Oracle.Events())
    (pipeline, oracle.programs) = (before, programs)
    if edit.number(0, below: 4) == 1 { try write(content, toFile: number) }
    set(variable: number % 2, to: value)
  }

  // MARK: Files

  private func editFile(_ edit: TruthEdit) throws {
    let number = edit.number(0, below: oracle.files.count)
    let path = path(ofFile: number)
    let isSame = edit.kind == .sameContent || edit.kind == .times
    let content = isSame ? oracle.files[number] : "\(edit.number(1, below: 5))"
    let bytes = Array(text(ofFile: content).utf8)
    waitForTick()
    switch edit.kind {
    case .times: break
    case .olderContent:
      // The new bytes under the very size and times of the old ones.
      var status = stat()
      guard stat(path, &status) == 0 else { return }
      try overwrite(path, bytes)
      setTimes(of: path, to: status.st_mtim)
    default:
      if edit.number(2, below: 2) == 0 {
        try overwrite(path, bytes)
      } else {
        try Disk.replace(path, contents: bytes, isDurable: false)
      }
    }
    if edit.kind == .times || edit.number(3, below: 3) == 0 {
      let seconds = [0, 1_000_000_000, 4_000_000_000][edit.number(4, below: 3)]
      setTimes(of: path, to: timespec(tv_sec: seconds, tv_nsec: edit.number(5, below: 2)))
    }
    oracle.files[number] = content
    note("\(edit.kind): file \(number) holds \(content)")
  }

  /// Writes into the same file.
  private func overwrite(_ path: String, _ bytes: [UInt8]) throws {
    guard let file = fopen(path, "r+") else { throw DiskError.failed("open", path, errno) }
    defer { fclose(file) }
    _ = fwrite(bytes, 1, bytes.count, file)
  }

  private func setTimes(of path: String, to time: timespec) {
    let times = [time, time]
    utimensat(AT_FDCWD, path, times, 0)
  }

  // MARK: Results

  /// A result that is whole, by step and recipe.
  private func result(_ edit: TruthEdit) -> (step: String, recipe: String, folder: String)? {
    let found = oracle.results.sorted { $0.key < $1.key }.flatMap { step, results in
      results.sorted { $0.key < $1.key }.filter { $0.value.health == .whole && !$0.value.folder.isEmpty }.map
      {
        (step: step, recipe: $0.key, folder: store.directory(of: step) + "/" + $0.value.folder)
      }
    }
    // Current results matter most.
    let current = found.filter { oracle.current[$0.step] == $0.recipe }
    return edit.choice(0, of: edit.number(1, below: 3) > 0 && !current.isEmpty ? current : found)
  }

  private func damage(_ edit: TruthEdit) throws {
    guard let (step, recipe, folder) = result(edit) else { return }
    let bytes = try Disk.read(folder + "/manifest.json")
    switch edit.kind {
    case .removeResult:
      Disk.remove(folder)
      oracle.results[step]?[recipe]?.health = .gone
    case .removeFolder:
      Disk.remove(store.directory(of: step))
      oracle.results[step] = nil
      oracle.current[step] = nil
    case .removeFile:
      let isManifest = edit.number(2, below: 2) == 0
      Disk.remove(folder + (isManifest ? "/manifest.json" : "/x.npy"))
      oracle.results[step]?[recipe]?.health = isManifest ? .gone : .cut
    case .removeCurrent:
      Disk.remove(store.directory(of: step) + "/current")
      oracle.current[step] = nil
    case .otherCurrent:
      try Disk.replaceLink(
        store.directory(of: step) + "/current", destination: Disk.lastComponent(of: folder), isDurable: false)
      oracle.current[step] = recipe
    case .cut:
      // A version of the registry may be the same file under another name.
      try replaceFile(folder + "/x.npy", Array(try Disk.read(folder + "/x.npy").dropLast()))
      oracle.results[step]?[recipe]?.health = .cut
    case .garble:
      var garbled = Array(bytes.dropLast(edit.number(2, below: 2) * 9))
      garbled[edit.number(3, below: garbled.count)] ^= 1 << edit.number(4, below: 7)
      try replaceFile(folder + "/manifest.json", garbled)
      oracle.results[step]?[recipe]?.health = .garbled
    case .removeRecord: Disk.remove(folder + "/run.json")
    default: return
    }
    note("\(edit.kind): \(step), \(recipe)")
  }

  private func replaceFile(_ path: String, _ bytes: [UInt8]) throws {
    Disk.remove(path)
    try Disk.create(path, contents: bytes, isDurable: false)
  }

  private func spoilMemory(_ edit: TruthEdit) throws {
    let path = edit.number(0, below: 2) == 0 ? memoryPath : cachePath
    guard var bytes = try? Disk.read(path), !bytes.isEmpty else { return }
    switch edit.number(1, below: 3) {
    case 0: bytes = Array(bytes.prefix(edit.number(2, below: bytes.count)))
    case 1 where path == memoryPath:
      bytes[edit.number(2, below: bytes.count)] ^= 1 << edit.number(3, below: 8)
    default: bytes = Array("nonsense".utf8)
    }
    try replaceFile(path, bytes)
    note("a memory is spoilt")
  }

  // MARK: Registry

  private func editRegistry(_ edit: TruthEdit) throws {
    let models = oracle.versions.keys.sorted()
    guard let model = edit.choice(0, of: models) else { return }
    let there = (oracle.versions[model] ?? [:]).filter(\.value.isThere).keys.sorted()
    guard let version = edit.choice(1, of: there) else { return }
    if edit.kind == .rollBack {
      try promote(version, of: model)
      oracle.champions[model] = version
    } else {
      guard oracle.champions[model] != version else { return }
      Disk.remove(RegisteredModel(name: model, in: store).directory(ofVersion: version))
      oracle.versions[model]?[version]?.isThere = false
    }
    note("\(edit.kind): \(model) \(version)")
  }

  // MARK: Runs

  private func run(_ edit: TruthEdit) throws {
    let instances = pipeline.instances
    guard let step = edit.choice(0, of: instances) else { return }
    var events = Oracle.Events()
    var selection = Selection.all
    if edit.kind == .runSome || edit.number(1, below: 4) == 0 {
      let extent: [Selection.Extent] = [.upstream, .upstream, .only, .downstream]
      selection = Selection(
        targets: [edit.number(2, below: 2) == 0 ? step.name : step.base],
        extent: extent[edit.number(3, below: 4)])
    }
    let about = Set(try selection.steps(of: try self.open().planner.pipeline).map(\.name))
    if edit.number(4, below: 4) == 0,
      let forced = edit.choice(5, of: instances.filter({ about.contains($0.name) }))
    {
      events.forced = [edit.number(6, below: 2) == 0 ? forced.name : forced.base]
    }
    events.keepsGoing = edit.number(7, below: 2) == 0
    switch edit.kind {
    case .runFailing: events.failing = step.name
    case .runEdited:
      if let source = edit.choice(0, of: instances.filter { $0.file != nil }) {
        events.edit = (
          source.name, "\(edit.number(5, below: 5))", isBeforeReading: edit.number(6, below: 2) == 0
        )
      }
    default: break
    }
    // The oracle takes one step after the other, which differs where steps meet in a file or in a failure.
    let mayFail = events.failing != nil || selection.extent != .upstream
    let isAlone = events.edit != nil || mayFail && !events.keepsGoing
    let jobs = isAlone ? 1 : 1 + edit.number(8, below: 3)
    note(
      "run \(selection.targets) \(selection.extent), \(jobs) at once, forced \(events.forced), "
        + "failing \(events.failing ?? "none"), edited \(events.edit.map { "\($0)" } ?? "none")")
    try run(selection, jobs: jobs, events)
  }
}
