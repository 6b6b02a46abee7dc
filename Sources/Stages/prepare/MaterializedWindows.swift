import Artifacts
import Configuration
import Features
import Tensors

/// Windows written out whole, for tools that cannot read views: the one place where rows × look-back is stored.
struct MaterializedWindows {
  private let parts: PrepareSettings.Materialize
  private let windows: PreparedWindows
  private let plan: SplitPlan

  init(_ parts: PrepareSettings.Materialize, _ windows: PreparedWindows, _ plan: SplitPlan) {
    self.parts = parts
    self.windows = windows
    self.plan = plan
  }

  /// Writes for each fold and split `x` [n, L, F] and `y` [n, H, K] as a model is given them, or the parts that the
  /// settings name, each [n, size − mask, columns].
  func write(to publication: Publication) throws {
    for (number, fold) in plan.folds.enumerated() {
      var table = try windows.table(fold)
      if plan.folds.count > 1 {
        table.rescaling = windows.recipe.rescaling(toFold: number, entities: table.signature.entities.count)
      }
      let prefix = plan.folds.count > 1 ? "fold.\(WindowTable.foldName(number))." : ""
      for split in Split.allCases {
        let writing = PartWriter(
          table: table, origins: table.origins[split] ?? [], prefix: prefix + split.rawValue,
          publication: publication)
        try parts.isWhole ? writing.writeWhole() : writing.write(parts)
      }
    }
  }
}

/// Writes the windows of one part of one fold.
private struct PartWriter {
  let table: WindowTable
  let origins: Origins
  let prefix: String
  let publication: Publication

  func writeWhole() throws {
    let signature = table.signature
    let (inputs, labels) = (
      signature.lookback * signature.features.count, signature.horizon * signature.targets.count
    )
    let x = try publication.writer(
      prefix + ".x", of: Float.self, shape: [origins.count, signature.lookback, signature.features.count],
      axes: ["n", "L", "F"])
    let y = try publication.writer(
      prefix + ".y", of: Float.self, shape: [origins.count, signature.horizon, signature.targets.count],
      axes: ["n", "H", "K"])
    var (input, label) = ([Float](repeating: 0, count: inputs), [Float](repeating: 0, count: labels))
    for origin in origins {
      input.withUnsafeMutableBufferPointer { input in
        label.withUnsafeMutableBufferPointer { label in
          table.read(windowAt: origin, inputs: input.baseAddress, labels: label.baseAddress)
        }
      }
      try x.append(input)
      try y.append(label)
    }
    try x.finish()
    try y.finish()
    guard !signature.knownAhead.isEmpty else { return }
    try write("x.known", rows: 1...signature.span, of: .features(signature.knownColumns))
  }

  func write(_ parts: PrepareSettings.Materialize) throws {
    let all = Columns.features(Array(table.signature.features.indices))
    if let part = parts.backwardInputs {
      try write("backward_inputs", rows: (1 - part.size)...(-part.mask), of: all)
    }
    if let part = parts.backwardOutputs {
      try write("backward_outputs", rows: (1 - part.size)...(-part.mask), of: .targets)
    }
    if let part = parts.forwardInputs {
      try write(
        "forward_inputs", rows: (1 + part.mask)...part.size, of: .features(table.signature.knownColumns))
    }
    if let part = parts.forwardOutputs {
      // What is forecast begins behind the shift.
      let start = table.signature.labelStart
      try write("forward_outputs", rows: (start + part.mask)...(start - 1 + part.size), of: .targets)
    }
  }

  private enum Columns {
    case features([Int])
    case targets
  }

  /// Writes some rows around each origin, of those windows for which the table has them all.
  private func write(_ name: String, rows: ClosedRange<Int>, of columns: Columns) throws {
    let signature = table.signature
    let (width, chosen): (Int, [Int]) =
      switch columns {
      case .features(let chosen): (signature.features.count, chosen)
      case .targets: (signature.targets.count, Array(signature.targets.indices))
      }
    try check(name, rows)
    let writer = try publication.writer(
      prefix + "." + name, of: Float.self, shape: [origins.count, rows.count, chosen.count],
      axes: ["n", "steps", "columns"])
    for origin in origins {
      var values: [Float] = []
      values.reserveCapacity(rows.count * chosen.count)
      let entity = table.entity(ofRow: origin)
      for row in rows {
        for column in chosen {
          let index = (origin + row) * width + column
          if case .targets = columns {
            values.append(rescaled(table.targets[index], entity, signature.targetColumns[column]))
          } else {
            values.append(rescaled(table.features[index], entity, column))
          }
        }
      }
      try writer.append(values)
    }
    try writer.finish()
  }

  /// From the stored units to those of the fold.
  private func rescaled(_ value: Float, _ entity: Int, _ feature: Int) -> Float {
    table.rescaling?.change(ofFeature: feature, entity: entity, features: table.signature.features.count)(
      value)
      ?? value
  }

  /// Windows reach no further than their look-back and what their labels depend on; beyond it there may be a gap.
  private func check(_ name: String, _ rows: ClosedRange<Int>) throws {
    let reach = table.signature.reach
    guard reach.contains(rows.lowerBound), reach.contains(rows.upperBound) else {
      throw MaterializeError(part: name, rows: rows, reach: reach)
    }
  }
}

/// Why some rows around origins cannot be written.
struct MaterializeError: Failure, Equatable {
  let part: String
  let rows: ClosedRange<Int>
  let reach: ClosedRange<Int>

  var exitStatus: ExitStatus { .usage }

  var description: String {
    """
    'materialize.\(part)' asks for the rows \(rows.lowerBound)…\(rows.upperBound) around each origin, and windows \
    reach from \(reach.lowerBound) to \(reach.upperBound); shorten it, or lengthen 'lookback' or 'horizon'
    """
  }
}
