package import Artifacts
package import Chronology

/// The journal, read: what ran, when, and why.
///
/// Lines that cannot be read are counted and skipped, fields that are not known are ignored: one damaged line never
/// hides the others.
package struct RunHistory: Sendable {
  /// What happened to a step in a run.
  package struct Event: Sendable, Equatable {
    package var run: String
    package var step: String
    package var state: String
    package var reasons: [String]
    package var key: String
    package var exitCode: Int
    package var seconds: Double
    package var finished: Instant?
    package var attempt: Int
  }

  /// A run with all its events, oldest first.
  package struct Run: Sendable, Equatable {
    package var name: String
    package var events: [Event]
  }

  package let directory: String
  /// All runs, newest first.
  package private(set) var runs: [Run] = []
  /// How many lines could not be read.
  package private(set) var unreadableLines = 0

  package init(of store: ArtifactStore) throws(DiskError) {
    directory = store.root + "/journal"
    var places: [String: Int] = [:]
    for path in Journal.files(in: directory) where Disk.exists(path) {
      add(try Disk.read(path, limit: 1 << 30), &places)
    }
    runs.sort { ($1.started ?? .distantPast, $1.name) < ($0.started ?? .distantPast, $0.name) }
  }

  private mutating func add(_ bytes: [UInt8], _ places: inout [String: Int]) {
    for line in bytes.split(separator: 0x0A) {
      guard let json = try? JSON(parsing: Array(line)), let event = Event(json: json) else {
        unreadableLines += 1
        continue
      }
      if let place = places[event.run] {
        runs[place].events.append(event)
      } else {
        places[event.run] = runs.count
        runs.append(Run(name: event.run, events: [event]))
      }
    }
  }

  /// The run of a name, of the beginning of one, or the newest for `last`; nil when there is none.
  package func run(_ name: String) throws(UpkeepError) -> Run? {
    if name == "last" { return runs.first }
    if let exact = runs.first(where: { $0.name == name }) { return exact }
    let found = runs.filter { $0.name.hasPrefix(name) }
    guard found.count <= 1 else { throw .ambiguousRun(name, runs: found.map(\.name)) }
    return found.first
  }

  /// What happened to a step, newest first; a run that began earlier may have come to it later.
  package func events(of step: String) -> [Event] {
    let events = runs.flatMap { $0.events.reversed() }.filter { $0.step == step }
    return events.enumerated().sorted { a, b in
      let (first, second) = (a.element.finished ?? .distantPast, b.element.finished ?? .distantPast)
      return first == second ? a.offset < b.offset : first > second
    }.map(\.element)
  }

  /// The names of all steps that ever ran.
  package var steps: [String] { Set(runs.flatMap { $0.events.map(\.step) }).sorted() }

  /// Where what a step said in a run was captured.
  package func logPath(of step: String, in run: String) -> String { "\(directory)/logs/\(run)/\(step).log" }
}

extension RunHistory.Event {
  /// Whether the step failed.
  package var isFailure: Bool { exitCode != 0 }

  fileprivate init?(json: JSON) {
    // Names become paths of logs.
    guard let run = json["run"]?.string, let step = json["step"]?.string, !run.isEmpty, !step.isEmpty,
      !(run + step).utf8.contains(UInt8(ascii: "/"))
    else { return nil }
    self.init(
      run: run, step: step, state: json["state"]?.string ?? "run", reasons: json["reasons"]?.strings ?? [],
      key: json["key"]?.string ?? "", exitCode: json["exit"]?.integer ?? 0,
      seconds: json["seconds"]?.number ?? 0,
      finished: json["finished"]?.string.flatMap { Instant(parsing: $0) },
      attempt: json["attempt"]?.integer ?? 1)
  }
}

extension RunHistory.Run {
  /// When it began, as its name says; nil for a name that says nothing.
  package var started: Instant? {
    let digits = Array(name.prefix { $0 != "-" })
    guard digits.count >= 15, digits[8] == "T" else { return nil }
    func part(_ range: Range<Int>) -> String { String(digits[range]) }
    let fraction = digits.count == 18 ? "." + part(15..<18) : ""
    return Instant(
      parsing:
        "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))"
        + fraction + "Z")
  }

  /// Seconds from its beginning to the end of its last step.
  package var seconds: Double? {
    guard let started, let finished = events.compactMap(\.finished).max(), finished >= started else {
      return nil
    }
    return Double(finished.milliseconds - started.milliseconds) / 1000
  }

  /// The last event of each step, in the order of their first.
  package var outcomes: [RunHistory.Event] {
    var order: [String] = []
    var last: [String: RunHistory.Event] = [:]
    for event in events {
      if last.updateValue(event, forKey: event.step) == nil { order.append(event.step) }
    }
    return order.compactMap { last[$0] }
  }
}

extension Instant {
  fileprivate static let distantPast = Instant(milliseconds: .min)
}
