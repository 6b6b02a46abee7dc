/// Y[s, g] = how far the columns of group g spread in window s, as a whole number from 0 to 100.
///
/// min(100, round(100 · scale · σ)), halves to the even number. σ is the population's standard deviation: of all values
/// of the group's columns taken together, or the greatest of the columns' own. Taken in doubles, so that what lies near a
/// half falls on the same side everywhere. A step function, so nothing flows back.
struct SpreadCodes: Operation {
  let samples: Int
  let steps: Int
  let columns: Int
  /// The columns of all groups, one group after the other.
  let members: [Int]
  /// Where each group ends among ``members``.
  let ends: [Int]
  let isGreatest: Bool
  let scale: Float

  /// One more than the greatest code.
  static let codes = 101

  var name: String { "spread codes" }
  var output: Shape { [samples, ends.count] }
  var backwardReads: BackwardReads { [] }

  func forward(_ frame: Frame) {
    for sample in 0..<samples {
      let x = frame.input(0) + sample * steps * columns
      var first = 0
      for group in 0..<ends.count {
        var deviation = 0.0
        if isGreatest {
          for member in first..<ends[group] {
            deviation = max(deviation, spread(x, member..<(member + 1)))
          }
        } else {
          deviation = spread(x, first..<ends[group])
        }
        frame.output[sample * ends.count + group] = Self.code(deviation, Double(scale))
        first = ends[group]
      }
    }
  }

  private static func code(_ deviation: Double, _ scale: Double) -> Float {
    Float(min(100, (100 * scale * deviation).rounded(.toNearestOrEven)))
  }

  /// The deviation of all values of some of the ``members``.
  private func spread(_ x: UnsafePointer<Float>, _ range: Range<Int>) -> Double {
    let count = Double(steps * range.count)
    var sum = 0.0
    for member in range {
      for step in 0..<steps { sum += Double(x[step * columns + members[member]]) }
    }
    let mean = sum / count
    var squares = 0.0
    for member in range {
      for step in 0..<steps {
        let distance = Double(x[step * columns + members[member]]) - mean
        squares += distance * distance
      }
    }
    return (squares / count).squareRoot()
  }

  func backward(_ frame: Frame) {
    guard let x = frame.gradient(0), !frame.adds(0) else { return }
    x.update(repeating: 0, count: samples * steps * columns)
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    func deviation(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }
    return (0..<samples).flatMap { sample in
      zip([0] + ends, ends).map { first, end in
        let series = members[first..<end].map { column in
          (0..<steps).map { inputs[0][(sample * steps + $0) * columns + column] }
        }
        let spread = isGreatest ? series.map(deviation).max() ?? 0 : deviation(series.flatMap { $0 })
        return min(100, (100 * Double(scale) * spread).rounded(.toNearestOrEven))
      }
    }
  }
}

extension Graph {
  /// A whole number from 0 to 100 for each window [T, C] and group of columns: how far they spread.
  ///
  /// `isGreatest` takes the greatest of the columns' deviations instead of that of all values.
  package mutating func spreadCodes(
    _ x: Node, groups: [[Int]], isGreatest: Bool, scale: Float
  ) throws(NetworkError) -> Node {
    try require(
      x.shape.rank == 3 && x.shape.count > 0, "windows are [samples, steps, columns], not \(x.shape)")
    let columns = x.shape.last
    try require(
      !groups.isEmpty && groups.allSatisfy { !$0.isEmpty && $0.allSatisfy((0..<columns).contains) },
      "each group has one of the \(columns) columns at least, and \(groups) do not")
    var ends: [Int] = []
    for group in groups { ends.append((ends.last ?? 0) + group.count) }
    let operation = SpreadCodes(
      samples: x.shape[0], steps: x.shape[1], columns: columns, members: groups.flatMap { $0 }, ends: ends,
      isGreatest: isGreatest, scale: scale)
    return record(operation, [x])
  }
}
