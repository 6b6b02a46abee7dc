package import Artifacts

/// An input that two results do not share.
package struct InputChange: Sendable, Equatable {
  package var name: String
  /// Nil where the result has no such input.
  package var old: Manifest.Input?
  package var new: Manifest.Input?

  /// By content: an input that was made anew with the same bytes is the same.
  static func all(from old: [Manifest.Input], to new: [Manifest.Input]) -> [InputChange] {
    Set((old + new).map(\.name)).sorted().compactMap { name in
      let (before, after) = (old.first { $0.name == name }, new.first { $0.name == name })
      return before?.content == after?.content ? nil : InputChange(name: name, old: before, new: after)
    }
  }
}
