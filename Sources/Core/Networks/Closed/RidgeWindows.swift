import Artifacts
import Tensors

/// What least squares needs of the windows of a table, whatever they are made of.
struct RidgeWindows {
  let table: WindowTable
  let inputs: LinearMap.Inputs
  let subtractsLast: Bool
  let threads: Int

  /// Windows that are gathered at once: large enough for a fast product.
  private static let blockRows = 2048

  init(_ table: WindowTable, subtractsLast: Bool, threads: Int) {
    self.table = table
    self.subtractsLast = subtractsLast
    self.threads = threads
    inputs = table.signature.hasLabels ? .allFeatures : .ownPast
  }

  var outputs: Int { inputs == .ownPast ? table.signature.horizon : table.signature.targets.count }

  func width(_ lookback: Int) -> Int {
    inputs == .ownPast ? lookback : lookback * table.signature.features.count
  }

  func moments(_ split: Split, _ lookback: Int) -> WindowMoments {
    let origins = table.origins[split] ?? []
    if inputs == .ownPast, table.adjustment == nil, table.signature.labelStart == 1 {
      // Windows of columns that are labels themselves overlap in all but one element.
      return WindowMoments(
        of: series, origins: origins, inputs: lookback, outputs: outputs, subtractLast: subtractsLast,
        threads: threads)
    }
    let blocks = (origins.count + Self.blockRows - 1) / Self.blockRows
    return WindowMoments(inputs: width(lookback), outputs: outputs, blocks: blocks, threads: threads) {
      block in
      let end = min((block + 1) * Self.blockRows, origins.count)
      return gather(Array(origins[(block * Self.blockRows)..<end])[...], lookback)
    }
  }

  private func gather(_ origins: ArraySlice<Int>, _ lookback: Int) -> (inputs: Matrix, labels: Matrix) {
    let labels = WindowMatrix.ofLabels(table, origins: origins)
    guard inputs == .ownPast else {
      return (WindowMatrix.ofFeatures(table, origins: origins, lookback: lookback), labels)
    }
    let (windows, last) = WindowMatrix.ofTargets(
      table, origins: origins, lookback: lookback, subtractLast: subtractsLast)
    return (windows, labels.byTarget(steps: outputs, last: last))
  }

  /// The target columns in the units of the fold, [N] each.
  private var series: [[Double]] {
    let columns = table.signature.targets.count
    return (0..<columns).map { column in
      var values = [Double](repeating: 0, count: table.rowCount)
      table.targets.withUnsafeBufferPointer { targets in
        for row in values.indices { values[row] = Double(targets[row * columns + column]) }
      }
      table.rescale(&values, feature: table.signature.targetColumns[column])
      return values
    }
  }
}

extension WindowTable {
  /// From the stored units of a feature to those of the fold.
  fileprivate func rescale(_ values: inout [Double], feature: Int) {
    guard let rescaling else { return }
    for entity in signature.entities.indices {
      let change = rescaling.change(ofFeature: feature, entity: entity, features: signature.features.count)
      for row in offsets[entity]..<offsets[entity + 1] { values[row] = Double(change(Float(values[row]))) }
    }
  }
}

extension Matrix {
  /// Labels [B, H K] turned to [B K, H], less the last value of each row.
  fileprivate func byTarget(steps: Int, last: [Double]) -> Matrix {
    let targets = columns / steps
    var result = Matrix(rows: rows * targets, columns: steps)
    for row in 0..<rows {
      for step in 0..<steps {
        for target in 0..<targets {
          let place = row * targets + target
          result.values[place * steps + step] = values[row * columns + step * targets + target] - last[place]
        }
      }
    }
    return result
  }
}
