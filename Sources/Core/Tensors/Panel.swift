/// Values of K columns over H steps for B windows, [B, H, K]: forecasts, or what really came.
package struct Panel: Sendable {
  /// B.
  package let windows: Int
  /// H.
  package let steps: Int
  /// K.
  package let columns: Int
  /// The elements, [B, H, K].
  package var values: [Double]

  package init(windows: Int, steps: Int, columns: Int, values: [Double]) {
    precondition(
      values.count == windows * steps * columns,
      "\(values.count) elements do not fill a panel of [\(windows), \(steps), \(columns)]")
    self.windows = windows
    self.steps = steps
    self.columns = columns
    self.values = values
  }

  /// A panel of zeros.
  package init(windows: Int, steps: Int, columns: Int) {
    self.init(
      windows: windows, steps: steps, columns: columns,
      values: [Double](repeating: 0, count: windows * steps * columns))
  }

  /// The rows t+start…t+start+H−1 of a table [N, K] for each origin t.
  package init(
    following origins: ArraySlice<Int>, start: Int, steps: Int, columns: Int,
    in table: UnsafeBufferPointer<Double>
  ) {
    self.init(windows: origins.count, steps: steps, columns: columns)
    let width = steps * columns
    for (window, origin) in origins.enumerated() {
      let first = (origin + start) * columns
      for offset in 0..<width { values[window * width + offset] = table[first + offset] }
    }
  }

  /// A window and a column of it.
  package struct PathPlace {
    package let window: Int
    package let column: Int
    /// Its place in a table [B, K].
    package let position: Int
  }

  /// Changes the elements in place, path by path: the body gets all elements, and the numbers of those of one
  /// window and column in the order of steps.
  package mutating func updatePaths(
    _ body: (UnsafeMutableBufferPointer<Double>, StrideTo<Int>, PathPlace) -> Void
  ) {
    let (windows, steps, columns) = (windows, steps, columns)
    values.withUnsafeMutableBufferPointer { buffer in
      for window in 0..<windows {
        let start = window * steps * columns
        for column in 0..<columns {
          let path = stride(from: start + column, to: start + steps * columns, by: columns)
          body(buffer, path, PathPlace(window: window, column: column, position: window * columns + column))
        }
      }
    }
  }

  /// Adds `other`, element by element.
  package mutating func add(_ other: Panel) {
    precondition(values.count == other.values.count, "panels of different shapes")
    for index in values.indices { values[index] += other.values[index] }
  }

  /// Adds `other`, each element times its weight; `weights` are [H, K], the same for every window.
  package mutating func add(_ other: Panel, times weights: [Double]) {
    precondition(values.count == other.values.count, "panels of different shapes")
    precondition(weights.count == steps * columns, "a weight for each element of a window")
    var place = 0
    for index in values.indices {
      values[index] += weights[place] * other.values[index]
      place = place + 1 == weights.count ? 0 : place + 1
    }
  }

  package mutating func scale(by factor: Double) {
    for index in values.indices { values[index] *= factor }
  }
}
