/// Names of steps, files, models and everything else that becomes one component of a path.
package enum ArtifactName {
  /// Whether a name is 1 to 128 characters of `[a-z0-9._-]` and does not begin with a dot.
  ///
  /// Nothing else becomes a path, so no name can climb out of its folder or collide on a disk that folds
  /// case.
  package static func isValid(_ name: String) -> Bool {
    (1...128).contains(name.utf8.count) && name.utf8.first != UInt8(ascii: ".")
      && name.utf8.allSatisfy(isAllowed)
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
