package import Artifacts

/// A setting or a fact that two results do not share.
package struct FieldChange: Sendable, Equatable {
  /// The names on the way to it, with dots between; elements of lists by their number.
  package var path: String
  /// Nil where the result has no such field.
  package var old: JSON?
  package var new: JSON?

  /// The leaves in which two objects differ, by their paths.
  package static func all(from old: [String: JSON], to new: [String: JSON]) -> [FieldChange] {
    changes(.object(old), .object(new), path: "")
  }

  private static func changes(_ old: JSON, _ new: JSON, path: String) -> [FieldChange] {
    if old == new { return [] }
    if let olds = old.blocks, let news = new.blocks, olds.count == news.count {
      return zip(olds, news).enumerated().flatMap { place, pair in
        changes(pair.0, pair.1, path: "\(path).\(place)")
      }
    }
    guard let olds = old.object, let news = new.object else {
      return [FieldChange(path: path, old: old, new: new)]
    }
    return Set(olds.keys).union(news.keys).sorted().flatMap { key -> [FieldChange] in
      let inner = path.isEmpty ? key : path + "." + key
      guard let old = olds[key], let new = news[key] else {
        return [FieldChange(path: inner, old: olds[key], new: news[key])]
      }
      return changes(old, new, path: inner)
    }
  }
}

extension JSON {
  /// The elements of a list in which there are mappings, such as the blocks of a network.
  fileprivate var blocks: [JSON]? {
    guard let array, array.contains(where: { $0.object != nil }) else { return nil }
    return array
  }
}
