/// Which columns of two tables have the same name, where the tables do not have the same columns.
struct ColumnPairing {
  /// The columns that both have, as numbers in the old and in the new table.
  let old: [Int]
  let new: [Int]
  let names: [String]
  let added: [String]
  let removed: [String]

  /// Nil where the columns are the same, or where there are no names to go by.
  init?(_ old: ArraySource, _ new: ArraySource) {
    guard let oldNames = Self.names(of: old), let newNames = Self.names(of: new), oldNames != newNames else {
      return nil
    }
    let places = Dictionary(uniqueKeysWithValues: zip(oldNames, oldNames.indices))
    let pairs = newNames.enumerated().compactMap { place, name in
      places[name].map { (old: $0, new: place, name: name) }
    }
    self.old = pairs.map(\.old)
    self.new = pairs.map(\.new)
    names = pairs.map(\.name)
    added = newNames.filter { places[$0] == nil }
    let remaining = Set(newNames)
    removed = oldNames.filter { !remaining.contains($0) }
  }

  private static func names(of source: ArraySource) -> [String]? {
    guard source.outline.shape.count == 2, source.columnAxis == 1, let axis = source.outline.axes.last else {
      return nil
    }
    let names = source.names.columns(of: axis)
    return names.count == source.outline.shape[1] && Set(names).count == names.count ? names : nil
  }
}
