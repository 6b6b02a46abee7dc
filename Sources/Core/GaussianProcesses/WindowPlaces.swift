package import Artifacts
package import Tensors

/// Windows as places of a space: all features of all rows, standardised over the training windows, beside the labels of
/// the horizon, standardised too.
///
/// With `subtractsLast` each column is seen from its last value, and labels from that of their own column, which comes
/// back onto what is made of them.
package struct WindowPlaces: Sendable, Equatable {
  package let subtractsLast: Bool
  /// Mean and deviation of each input, [L F].
  private(set) var inputMeans: [Double] = []
  private(set) var inputScales: [Double] = []
  /// Mean and deviation of each output, [H K].
  private(set) var outputMeans: [Double] = []
  private(set) var outputScales: [Double] = []

  package var dimensions: Int { inputMeans.count }
  package var outputs: Int { outputMeans.count }

  /// Learns means and deviations from some windows; labels are never seen from a last value, for they have none.
  package init(of origins: [Int], in table: WindowTable, subtractsLast: Bool) {
    self.subtractsLast = subtractsLast && !table.signature.hasLabels
    let (inputs, last) = raw(origins[...], table)
    (inputMeans, inputScales) = Self.moments(inputs)
    let outputs = self.raw(labelsOf: origins[...], table, last)
    (outputMeans, outputScales) = Self.moments(outputs)
  }

  /// The newest of the training windows, oldest first.
  package static func newest(_ rows: Int, of table: WindowTable) -> [Int] {
    let origins = Array(table.origins[.train] ?? [])
    return Array(origins.sorted { (table.time[$0], $0) < (table.time[$1], $1) }.suffix(rows))
  }

  /// The standardised inputs of some windows, [B, L F], and the last value of each target, [B, K].
  package func inputs(_ origins: ArraySlice<Int>, _ table: WindowTable) -> (places: Matrix, last: [Double]) {
    var (places, last) = raw(origins, table)
    for index in places.values.indices {
      let column = index % places.columns
      places.values[index] = (places.values[index] - inputMeans[column]) / inputScales[column]
    }
    return (places, last)
  }

  /// The standardised labels of some windows, [B, H K].
  package func labels(_ origins: ArraySlice<Int>, _ table: WindowTable, last: [Double]) -> Matrix {
    var labels = raw(labelsOf: origins, table, last)
    for index in labels.values.indices {
      let column = index % labels.columns
      labels.values[index] = (labels.values[index] - outputMeans[column]) / outputScales[column]
    }
    return labels
  }

  /// Standardised outputs, [B, H K], as forecasts in the units of the table, [B, H, K].
  package func restored(_ made: Matrix, last: [Double], _ signature: Signature) -> Panel {
    let (steps, columns) = (signature.horizon, signature.targets.count)
    var panel = Panel(windows: made.rows, steps: steps, columns: columns, values: made.values)
    for index in panel.values.indices {
      let output = index % outputs
      panel.values[index] = panel.values[index] * outputScales[output] + outputMeans[output]
      if subtractsLast { panel.values[index] += last[index / outputs * columns + index % columns] }
    }
    return panel
  }

  /// What a standardised deviation of an output is in the units of the table.
  package func scale(ofOutput output: Int) -> Double { outputScales[output] }

  // MARK: Reading windows

  private func raw(_ origins: ArraySlice<Int>, _ table: WindowTable) -> (places: Matrix, last: [Double]) {
    let signature = table.signature
    let (rows, width) = (signature.lookback, signature.features.count)
    var places = WindowMatrix.ofFeatures(table, origins: origins, lookback: rows)
    guard subtractsLast else { return (places, []) }
    var last: [Double] = []
    last.reserveCapacity(origins.count * signature.targets.count)
    for window in 0..<origins.count {
      let start = window * rows * width
      let end = Array(places.values[(start + (rows - 1) * width)..<(start + rows * width)])
      for column in signature.targetColumns { last.append(end[column]) }
      for index in 0..<rows * width { places.values[start + index] -= end[index % width] }
    }
    return (places, last)
  }

  private func raw(labelsOf origins: ArraySlice<Int>, _ table: WindowTable, _ last: [Double]) -> Matrix {
    var labels = WindowMatrix.ofLabels(table, origins: origins)
    guard subtractsLast else { return labels }
    let columns = table.signature.targets.count
    for index in labels.values.indices {
      labels.values[index] -= last[index / labels.columns * columns + index % columns]
    }
    return labels
  }

  /// Mean and deviation of each column; a column that never changes has the deviation 1.
  private static func moments(_ matrix: Matrix) -> ([Double], [Double]) {
    let (rows, columns) = (matrix.rows, matrix.columns)
    var (means, scales) = ([Double](repeating: 0, count: columns), [Double](repeating: 0, count: columns))
    for row in 0..<rows {
      for column in 0..<columns { means[column] += matrix.values[row * columns + column] }
    }
    for column in 0..<columns { means[column] /= Double(max(rows, 1)) }
    for row in 0..<rows {
      for column in 0..<columns {
        let distance = matrix.values[row * columns + column] - means[column]
        scales[column] += distance * distance
      }
    }
    for column in 0..<columns {
      let scale = (scales[column] / Double(max(rows, 1))).squareRoot()
      scales[column] = scale > 1e-9 * abs(means[column]) && scale > 0 ? scale : 1
    }
    return (means, scales)
  }
}

extension WindowPlaces {
  /// Writes means and deviations under names that begin with `name`.
  package func write(to publication: Publication, as name: String) throws(ArtifactError) {
    try publication.write(name + ".input.mean", inputMeans, axes: ["L F"])
    try publication.write(name + ".input.deviation", inputScales, axes: ["L F"])
    try publication.write(name + ".output.mean", outputMeans, axes: ["H K"])
    try publication.write(name + ".output.deviation", outputScales, axes: ["H K"])
  }

  /// Reads what ``write(to:as:)`` wrote.
  package init(
    reading artifact: Artifact, as name: String, subtractsLast: Bool, _ signature: Signature
  ) throws(ArtifactError) {
    self.subtractsLast = subtractsLast
    let inputs = signature.lookback * signature.features.count
    let outputs = signature.horizon * signature.targets.count
    inputMeans = try artifact.array(name + ".input.mean", of: Double.self, shape: [inputs]).values
    inputScales = try artifact.array(name + ".input.deviation", of: Double.self, shape: [inputs]).values
    outputMeans = try artifact.array(name + ".output.mean", of: Double.self, shape: [outputs]).values
    outputScales = try artifact.array(name + ".output.deviation", of: Double.self, shape: [outputs]).values
  }
}
