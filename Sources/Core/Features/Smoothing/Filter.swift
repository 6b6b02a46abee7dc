/// A filter over all values of a window or a run at once: each value out may depend on every value in.
///
/// Within a window of inputs that is honest: all of it is the past. Over a whole series it looks ahead, and the leak
/// check says so.
package protocol Filter: Sendable {
  static var name: String { get }
  init(_ settings: PartSettings) throws(FeatureError)
  /// Filters in place; may lengthen or shorten the values, and says in `extent` what was put at either end.
  func apply(_ values: inout [Double], _ extent: inout FilterExtent)
  /// The most values that it takes at once.
  var longest: Int { get }
  /// How many values one that comes out stands for.
  var share: Int { get }
}

extension Filter {
  package var share: Int { 1 }
  package var longest: Int { .max }
}

/// How many values a chain of filters has put before and behind those it was given.
package struct FilterExtent: Sendable, Equatable {
  package var before = 0
  package var behind = 0

  package init() {}
}
