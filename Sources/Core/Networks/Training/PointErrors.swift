internal import Artifacts

/// Sums over the elements of forecasts and what came, from which the metrics of an epoch follow.
///
/// In the units of the model, and in a fixed order.
struct PointErrors: Sendable, Equatable {
  var count = 0.0
  var absolute = 0.0
  var square = 0.0
  var relative = 0.0
  var sum = 0.0
  var sumOfSquares = 0.0
  /// Forecasts on the same side of the last value as what came.
  var hits = 0.0

  static let fieldCount = 7

  /// Adds the elements of some windows: `point` reads the forecast of each from the numbers of a network, and `last` is
  /// the row of features at each origin.
  mutating func add(
    _ numbers: UnsafePointer<Float>, point: PointReading, _ actual: UnsafePointer<Float>,
    last: (_ window: Int, _ column: Int) -> Float, windows: Int, steps: Int, columns: Int
  ) {
    var index = 0
    for window in 0..<windows {
      var (absolute, square, relative): (Float, Float, Float) = (0, 0, 0)
      var (sum, squares, hits): (Float, Float, Float) = (0, 0, 0)
      for _ in 0..<steps {
        for column in 0..<columns {
          let (y, level) = (actual[index], last(window, column))
          let f = point.point(numbers + index * point.outputs, last: level)
          let error = abs(f - y)
          absolute += error
          square += error * error
          relative += error / max(abs(y), 1e-6)
          sum += y
          squares += y * y
          if (f > level) == (y > level) { hits += 1 }
          index += 1
        }
      }
      self.absolute += Double(absolute)
      self.square += Double(square)
      self.relative += Double(relative)
      self.sum += Double(sum)
      sumOfSquares += Double(squares)
      self.hits += Double(hits)
    }
    count += Double(windows * steps * columns)
  }

  mutating func add(_ other: PointErrors) {
    count += other.count
    absolute += other.absolute
    square += other.square
    relative += other.relative
    sum += other.sum
    sumOfSquares += other.sumOfSquares
    hits += other.hits
  }

  /// The metrics by their names: mean absolute and squared errors and its root, R², mean absolute percentage error
  /// in percent, and the share of right directions in percent.
  var metrics: [(name: String, value: Double)] {
    guard count > 0 else { return [] }
    let spread = max(sumOfSquares - sum * sum / count, 1e-6)
    return [
      ("mae", absolute / count), ("mse", square / count), ("rmse", (square / count).squareRoot()),
      ("r2", 1 - square / spread), ("mape", 100 * relative / count), ("acc_dir", 100 * hits / count),
    ]
  }

  static let names = ["mae", "mse", "rmse", "r2", "mape", "acc_dir"]

  var fields: [Double] { [count, absolute, square, relative, sum, sumOfSquares, hits] }

  init() {}

  init(fields: [Double]) {
    (count, absolute, square) = (fields[0], fields[1], fields[2])
    (relative, sum, sumOfSquares, hits) = (fields[3], fields[4], fields[5], fields[6])
  }
}

extension PointErrors {
  /// Adds the elements of a lane's last pass over `count` windows; `columns` are those of the targets among the
  /// features, `origin` gives the row of each, and ~row of one that is of `synthetic`.
  @inline(__always)
  mutating func add(
    _ lane: Lane, _ table: WindowTable, synthetic: WindowTable? = nil, _ count: Int, columns: [Int],
    point: PointReading,
    origin: (Int) -> Int
  ) {
    guard let targets = lane.input(.targets), let features = lane.input(.features) else { return }
    let signature = table.signature
    let (rows, width, k) = (signature.lookback, signature.features.count, signature.targets.count)
    let (result, steps) = (lane.result, lane.steps)
    // Where a direction is counted from: the last input; for labels, what a price that does not move makes of them.
    func last(_ window: Int, _ column: Int) -> Float {
      guard columns.isEmpty else { return features[(window * rows + rows - 1) * width + columns[column]] }
      let row = origin(window)
      guard row < 0, let synthetic else { return Float(table.still[row * k + column]) }
      return Float(synthetic.still[~row * k + column])
    }
    add(
      result, point: point, UnsafePointer(targets), last: last, windows: count, steps: steps, columns: k)
  }
}
