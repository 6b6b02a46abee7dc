private import Artifacts
private import Glibc

/// What the file system of a folder can do, tried out in a folder of its own that is removed again.
package struct DiskCheckup {
  private let root: String
  private let place: String
  /// The wall clock, in nanoseconds since the epoch.
  private let now: () -> Int64

  package init(of root: String, now: @escaping () -> Int64) {
    self.root = root
    self.now = now
    place = root + "/.new-doctor-\(getpid())"
  }

  package func lines() -> [Checkup.Line] {
    let isNew = !Disk.exists(root)
    // A run may have begun to publish here meanwhile: only a folder that is still empty goes.
    defer { if isNew { rmdir(root) } }
    do { try Disk.createDirectory(place) } catch {
      return [
        Checkup.Line(
          "write", .problem, "\(error)", advice: "name a folder that you may write: --artifacts DIR")
      ]
    }
    defer { Disk.remove(place) }
    return [
      replacing, exclusiveRename, symbolicLinks, hardLinks, locks, syncing, caseFolding, clock,
    ].map { check in
      do { return try check() } catch {
        return Checkup.Line("file system", .problem, "\(error)", advice: "move artifacts to a local disk")
      }
    } + [space]
  }

  private func write(_ name: String, _ text: String) throws {
    try Disk.create(place + "/" + name, contents: Array(text.utf8))
  }

  // MARK: What publishing relies on

  private func replacing() throws -> Checkup.Line {
    try write("old", "old")
    try Disk.replace(place + "/old", contents: Array("new".utf8))
    let isNew = try Disk.read(place + "/old") == Array("new".utf8)
    return isNew
      ? Checkup.Line("rename", .ok, "a file takes the place of another in one step")
      : Checkup.Line(
        "rename", .problem, "a renamed file does not take the place of the old one",
        advice: "move artifacts to another file system")
  }

  private func exclusiveRename() throws -> Checkup.Line {
    for name in ["first", "second"] {
      try Disk.createDirectory(place + "/" + name)
      try write(name + "/file", name)
    }
    let isReplaced = try Disk.renameFolderExclusively(place + "/first", to: place + "/second")
    return isReplaced
      ? Checkup.Line(
        "exclusive rename", .problem,
        "a folder takes the place of one that is not empty: results can be lost",
        advice: "move artifacts to another file system")
      : Checkup.Line("exclusive rename", .ok, "a folder never takes the place of one that is not empty")
  }

  private func symbolicLinks() throws -> Checkup.Line {
    for target in ["one", "two"] { try Disk.replaceLink(place + "/link", destination: target) }
    return Disk.destination(ofLink: place + "/link") == "two"
      ? Checkup.Line("symbolic links", .ok, "are replaced in one step")
      : Checkup.Line(
        "symbolic links", .problem, "cannot be replaced, and `current` is one",
        advice: "move artifacts to another file system")
  }

  private func hardLinks() throws -> Checkup.Line {
    try write("linked", "text")
    let isLinked = link(place + "/linked", place + "/linked-too") == 0
    return isLinked
      ? Checkup.Line("hard links", .ok, "the registry shares files with the steps that made them")
      : Checkup.Line("hard links", .warning, "there are none: the registry copies models, which takes room")
  }

  private func locks() throws -> Checkup.Line {
    let first = try OpenFile(appending: place + "/lock")
    let second = try OpenFile(appending: place + "/lock")
    guard first.tryLock() else {
      return Checkup.Line(
        "locks", .problem, "flock does not work here",
        advice: "run one pipeline at a time, or use another disk")
    }
    let isExclusive = !second.tryLock()
    extendLifetime(first)
    return isExclusive
      ? Checkup.Line("locks", .ok, "a second holder waits")
      : Checkup.Line(
        "locks", .problem, "two holders get the same lock",
        advice: "run one pipeline at a time, or use another disk")
  }

  private func syncing() throws -> Checkup.Line {
    var times: [Double] = []
    for number in 0..<5 {
      let started = now()
      try write("synced-\(number)", "text")
      try Disk.synchronizeDirectory(place)
      times.append(Double(now() - started) * 1e-9)
    }
    let median = max(times.sorted()[2], 0)
    let words = "a small file and its name are on the disk after \(Quantity.seconds(median))"
    return median < 0.2
      ? Checkup.Line("sync", .ok, words)
      : Checkup.Line(
        "sync", .warning, words, advice: "every step waits for this a few times; a local disk is faster")
  }

  // MARK: What can surprise

  private func caseFolding() throws -> Checkup.Line {
    try write("folded", "text")
    return Disk.exists(place + "/FOLDED")
      ? Checkup.Line("upper and lower case", .warning, "are the same here; our own names are all lower case")
      : Checkup.Line("upper and lower case", .ok, "differ")
  }

  /// The grain is the smallest step seen between two files; the difference is that to the wall clock.
  private func clock() throws -> Checkup.Line {
    let before = now()
    var times: [Int64] = []
    for number in 0..<4 {
      let file = try OpenFile(creating: place + "/time-\(number)")
      extendLifetime(file)
      if let stamp = FileStamp(of: place + "/time-\(number)") { times.append(stamp.modified) }
      usleep(5000)
    }
    let after = now()
    guard let first = times.first, let last = times.last else {
      return Checkup.Line(
        "file times", .problem, "cannot be read", advice: "move artifacts to another file system")
    }
    let difference = max(before - first, last - after, 0)
    let isCoarse = times.allSatisfy { $0 % 1_000_000_000 == 0 }
    let words = isCoarse ? "whole seconds only" : "finer than a second"
    // The kernel stamps files with the time of its last tick.
    guard difference > 1_000_000_000 else {
      return Checkup.Line("file times", .ok, "\(words), and they agree with the clock")
    }
    return Checkup.Line(
      "file times", .warning, "\(words), \(Quantity.seconds(Double(difference) * 1e-9)) off the clock",
      advice: "bytes decide, not times, but big files may be read more often; set both clocks by NTP")
  }

  private var space: Checkup.Line {
    var status = statvfs()
    guard statvfs(root, &status) == 0 else {
      return Checkup.Line("space", .warning, "the file system does not say how much is free")
    }
    let free = Int(status.f_bavail) * Int(status.f_frsize)
    let total = max(Int(status.f_blocks) * Int(status.f_frsize), 1)
    let words = "\(Quantity.bytes(free)) free of \(Quantity.bytes(total))"
    if status.f_files > 0, status.f_favail < 1000 {
      let files = Quantity.count(Int(status.f_favail), "more file")
      return Checkup.Line("space", .problem, "\(words), but room for \(files) only", advice: "remove files")
    }
    if free < 100_000_000 {
      return Checkup.Line("space", .problem, words, advice: "free some: bin/pipeline gc says what can go")
    }
    return free < 2_000_000_000
      ? Checkup.Line("space", .warning, words, advice: "bin/pipeline gc says what can go")
      : Checkup.Line("space", .ok, words)
  }
}
