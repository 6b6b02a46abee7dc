package import Artifacts
package import Tensors

/// A change of units that can be undone.
///
/// What it learns it learns from training rows alone: fitting on all rows would leak the future.
package protocol Transform: Sendable {
  /// The name in `transforms:`.
  static var name: String { get }
  /// How it is declared, for the recipe.
  var declaration: JSON { get }
  /// The rows before the first of a run for which it has a value.
  var warmup: Int { get }
  /// Whether its differences are relative ones, so that errors are better told as ratios.
  var isLogarithmic: Bool { get }
  /// What it learnt: one array a statistic.
  var statistics: [Statistic] { get }

  /// Learns from the training rows, given for each run of the table as a part of it; may warn.
  mutating func fit(to table: FeatureTable, training: [Range<Int>]) throws(FeatureError) -> [String]

  /// Transforms all columns; what it cannot give is cut off the runs by the caller.
  func apply(to table: inout FeatureTable) throws(FeatureError)

  /// Transforms values that follow an origin: `panel` becomes what the transform makes of the rows t+1…t+H.
  func advance(_ panel: inout Panel, at context: WindowContext)

  /// Undoes ``advance(_:at:)``.
  func invert(_ panel: inout Panel, at context: WindowContext)

  /// What the transform makes of the values at the origins themselves, [B, K]; nil when it needs earlier rows.
  func anchors(after anchors: [Double], at context: WindowContext) -> [Double]?
}

/// One array of numbers that a transform learnt.
package struct Statistic: Sendable, Equatable {
  package var name: String
  package var values: [Double]
  package var shape: [Int]
  package var axes: [String]

  package init(name: String, values: [Double], shape: [Int], axes: [String]) {
    self.name = name
    self.values = values
    self.shape = shape
    self.axes = axes
  }
}

/// Where the windows of a panel stand.
package struct WindowContext: Sendable {
  /// The entity of each window, [B].
  package var entities: [Int]
  /// The feature that each target is, [K].
  package var features: [Int]
  /// The values of the transform's input at each origin, [B, K].
  package var anchors: [Double]

  package init(entities: [Int], features: [Int], anchors: [Double]) {
    self.entities = entities
    self.features = features
    self.anchors = anchors
  }
}

extension Transform {
  package var statistics: [Statistic] { [] }
  package var warmup: Int { 0 }
  package var isLogarithmic: Bool { false }
  package mutating func fit(to table: FeatureTable, training: [Range<Int>]) throws(FeatureError) -> [String] {
    []
  }
}
