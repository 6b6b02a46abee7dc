import Artifacts
private import Chronology

/// Which rows of two tables are of the same entity and time.
struct RowAlignment {
  let old: RowTable
  let new: RowTable
  private(set) var runs: [RowRun] = []
  private(set) var added = RowSpan()
  private(set) var removed = RowSpan()
  /// Added rows that stand before a row which the old table has too, or are of another entity.
  private(set) var addedInside = 0

  init(_ old: RowTable, _ new: RowTable) {
    self.old = old
    self.new = new
    let places = Dictionary(uniqueKeysWithValues: zip(old.entities, old.entities.indices))
    for (entity, name) in new.entities.enumerated() {
      let rows = new.offsets[entity]..<new.offsets[entity + 1]
      if let place = places[name] {
        align(old.offsets[place]..<old.offsets[place + 1], rows)
      } else {
        added.add(rows, of: new.times)
        addedInside += rows.count
      }
    }
    let remaining = Set(new.entities)
    for (entity, name) in old.entities.enumerated() where !remaining.contains(name) {
      removed.add(old.offsets[entity]..<old.offsets[entity + 1], of: old.times)
    }
  }

  /// Whether nothing happened to the rows but that some were added behind those of their entity.
  var isAppendOnly: Bool { removed.count == 0 && addedInside == 0 && old.entities == new.entities }

  /// Walks through the rows of one entity in both tables.
  private mutating func align(_ oldRows: Range<Int>, _ newRows: Range<Int>) {
    let (oldTimes, newTimes) = (old.times.buffer, new.times.buffer)
    var (i, j) = (oldRows.lowerBound, newRows.lowerBound)
    while i < oldRows.upperBound, j < newRows.upperBound {
      if oldTimes[i] == newTimes[j] {
        let start = j
        while i < oldRows.upperBound, j < newRows.upperBound, oldTimes[i] == newTimes[j] {
          i += 1
          j += 1
        }
        append(RowRun(old: i - (j - start), new: start, count: j - start))
      } else if oldTimes[i] < newTimes[j] {
        removed.add(i..<(i + 1), of: old.times)
        i += 1
      } else {
        added.add(j..<(j + 1), of: new.times)
        addedInside += 1
        j += 1
      }
    }
    removed.add(i..<oldRows.upperBound, of: old.times)
    added.add(j..<newRows.upperBound, of: new.times)
  }

  private mutating func append(_ run: RowRun) {
    if let last = runs.last, last.old + last.count == run.old, last.new + last.count == run.new {
      runs[runs.count - 1].count += run.count
    } else {
      runs.append(run)
    }
  }
}
