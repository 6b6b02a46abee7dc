import Artifacts
import Chronology

/// The names that an artifact's facts have for places along an axis, and the times of its rows.
struct AxisNames: Sendable {
  private(set) var entities: [String] = []
  /// By the letter of the axis.
  private var columns: [String: [String]] = [:]
  /// Times of a group of arrays: by the axes of the array of times.
  private var clocks: [Clock] = []

  private struct Clock: Sendable {
    /// What the names of the arrays that it belongs to begin with.
    let prefix: String
    let axes: [String]
    let shape: [Int]
    let times: StoredArray<Int64>
    let entities: StoredArray<Int32>?
  }

  /// No names: a file of no artifact.
  init() {}

  init(_ artifact: Artifact) {
    let facts = artifact.manifest.facts
    entities = Self.entities(of: artifact)
    columns["C"] = facts["columns"]?.array?.compactMap { $0["name"]?.string ?? $0.string }
    columns["F"] = facts["signature"]?["features"]?.strings
    columns["K"] = facts["signature"]?["targets"]?.strings
    columns["m"] = facts["historyColumns"]?.strings
    clocks = ["test.", ""].compactMap { Self.clock($0, of: artifact) }
  }

  private static func clock(_ prefix: String, of artifact: Artifact) -> Clock? {
    guard let entry = artifact.manifest.array(prefix + "time"), entry.elementType == .int64,
      let times = try? StoredArray<Int64>.mapping(artifact.directory + "/" + entry.file),
      times.shape == entry.shape
    else { return nil }
    let entities = artifact.manifest.array(prefix + "entity").flatMap { entity in
      entity.shape == entry.shape
        ? try? StoredArray<Int32>.mapping(artifact.directory + "/" + entity.file).elements : nil
    }
    return Clock(
      prefix: prefix, axes: entry.axes, shape: entry.shape, times: times.elements,
      entities: entities?.count == times.elements.count ? entities : nil)
  }

  /// The names of an artifact's entities; none where it has none.
  static func entities(of artifact: Artifact) -> [String] {
    let facts = artifact.manifest.facts
    return facts["entities"]?.strings ?? facts["signature"]?["entities"]?.strings ?? []
  }

  func isColumn(_ axis: String) -> Bool { columns[axis] != nil || ["C", "F", "K"].contains(axis) }

  func columns(of axis: String) -> [String] { columns[axis] ?? [] }

  /// The time at which an element of an array stands, and its entity where the times come with entities.
  func moment(of index: [Int], array name: String, axes: [String]) -> (time: Instant, entity: String?)? {
    guard let clock = clocks.first(where: { name.hasPrefix($0.prefix) && axes.starts(with: $0.axes) }) else {
      return nil
    }
    var position = 0
    for (place, extent) in zip(index, clock.shape) {
      guard place < extent else { return nil }
      position = position * extent + place
    }
    guard position < clock.times.count else { return nil }
    let entity = clock.entities.flatMap { self.entity(Int($0[position])) }
    return (Instant(milliseconds: clock.times[position]), entity)
  }

  func entity(_ number: Int) -> String? { entities.indices.contains(number) ? entities[number] : nil }
}
