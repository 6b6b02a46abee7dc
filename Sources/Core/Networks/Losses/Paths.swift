/// The paths of targets [S, H, K]: for each sample and column the elements of its H steps.
///
/// For losses that look at a forecast as a course over time. The elements of a path lie ``columns`` apart.
struct Paths: Sendable {
  let samples: Int
  let steps: Int
  let columns: Int

  var count: Int { samples * columns }
  var elements: Int { samples * steps * columns }

  /// The place of a path's first element.
  @inline(__always)
  func first(_ path: Int) -> Int { path / columns * steps * columns + path % columns }

  /// The elements of a path, for twins.
  func elements(_ path: Int, of values: [Double]) -> [Double] {
    (0..<steps).map { values[first(path) + $0 * columns] }
  }
}

extension Graph {
  /// The paths of targets that a loss compares step by step; `least` is how many steps it needs.
  func requirePaths(
    _ name: String, _ prediction: Node, _ target: Node, least: Int, batchElements: Int
  ) throws(NetworkError) -> Paths {
    try requireLoss(name, prediction, target, batchElements: batchElements)
    let shape = target.shape
    try require(shape.rank == 3, "\(name) takes targets [samples, steps, columns], not \(shape)")
    try require(
      shape[1] >= least, "\(name) needs a horizon of \(least) steps or more, not \(shape[1])")
    return Paths(samples: shape[0], steps: shape[1], columns: shape[2])
  }
}
