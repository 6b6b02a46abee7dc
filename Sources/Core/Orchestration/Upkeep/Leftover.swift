private import Artifacts

/// What an interrupted run, or a repair, left behind: no part of any result, and never read as one.
package struct Leftover: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// An artifact that was in the making.
    case making
    /// A result that was found damaged and moved aside.
    case damaged
    /// A verdict in whose place a newer one came.
    case superseded
    /// A result whose removal was cut off.
    case removing
    /// Where unfinished training goes on.
    case checkpoint
    /// A file or link that was to replace another.
    case replacement
    /// Something that none of our programs makes.
    case unknown
  }

  package var path: String
  package var kind: Kind

  /// The leftover that a name in a folder of steps, results or versions stands for; nil for a lock and for what is
  /// no leftover.
  package init?(named name: String, in directory: String) {
    let prefixes: [(String, Kind)] = [
      (".making", .making), (".damaged-", .damaged), (".superseded-", .superseded),
      (".removing-", .removing), (".checkpoint-", .checkpoint),
    ]
    guard name != ".lock" else { return nil }
    path = directory + "/" + name
    if let known = prefixes.first(where: { name.hasPrefix($0.0) }) {
      kind = known.1
    } else if name.contains(".new-") || name.hasSuffix(".new") {
      kind = .replacement
    } else if name.hasPrefix(".") {
      kind = .unknown
    } else {
      return nil
    }
  }

  /// The leftovers in a folder.
  package static func all(in directory: String) -> [Leftover] {
    Disk.names(in: directory).compactMap { Leftover(named: $0, in: directory) }
  }
}

extension Leftover.Kind: CustomStringConvertible {
  package var description: String {
    switch self {
    case .making: "an unfinished result; a run makes it now, or died"
    case .damaged: "a damaged result that was moved aside"
    case .superseded: "a verdict that a newer one replaced"
    case .removing: "a result whose removal was cut off"
    case .checkpoint: "where unfinished training goes on"
    case .replacement: "a replacement that was cut off"
    case .unknown: "none of our programs makes this"
    }
  }
}
