package import Artifacts
private import CVector

extension WindowTable {
  /// Whether windows are told in the units that are stored.
  package var isPlain: Bool { rescaling == nil && adjustment == nil }

  /// Reads one window into memory of the caller, in the units of the model: its inputs, [L, F], and its labels,
  /// [H, K].
  package func read(
    windowAt origin: Int, inputs: UnsafeMutablePointer<Float>?, labels: UnsafeMutablePointer<Float>?
  ) {
    guard let adjustment else {
      if let inputs { copyInputs(windowAt: origin, to: inputs) }
      if let labels { copyLabels(windowAt: origin, to: labels) }
      return
    }
    adjust(adjustment, windowAt: origin, inputs: inputs, labels: labels) { _ in }
  }

  /// Reads a batch of windows as ``read(windowAt:inputs:labels:)`` reads one, one behind the other: inputs [B, L, F],
  /// labels [B, H, K].
  ///
  /// Several threads may read parts of a batch at once. With `labelSteps` only so many of the H steps are read.
  package func read(
    windowsAt origins: UnsafeBufferPointer<Int32>, inputs: UnsafeMutablePointer<Float>?,
    labels: UnsafeMutablePointer<Float>?, labelSteps: Int? = nil
  ) {
    let inputCount = signature.lookback * signature.features.count
    let labelCount = (labelSteps ?? signature.horizon) * signature.targets.count
    guard isPlain else {
      if let labels, labelCount < signature.horizon * signature.targets.count {
        read(windowsAt: origins, inputs: inputs, labels: labels, first: labelCount)
        return
      }
      for (window, origin) in origins.enumerated() {
        read(
          windowAt: Int(origin), inputs: inputs.map { $0 + window * inputCount },
          labels: labels.map { $0 + window * labelCount })
      }
      return
    }
    if let inputs {
      features.gather(
        origins, from: 1 - signature.lookback, width: signature.features.count, count: inputCount,
        into: inputs)
    }
    if let labels {
      targets.gather(
        origins, from: signature.labelStart, width: signature.targets.count, count: labelCount, into: labels)
    }
  }

  /// The same with the first `count` elements of each window's labels.
  private func read(
    windowsAt origins: UnsafeBufferPointer<Int32>, inputs: UnsafeMutablePointer<Float>?,
    labels: UnsafeMutablePointer<Float>, first count: Int
  ) {
    let inputCount = signature.lookback * signature.features.count
    let whole = signature.horizon * signature.targets.count
    withUnsafeTemporaryAllocation(of: Float.self, capacity: whole) { scratch in
      guard let start = scratch.baseAddress else { return }
      for (window, origin) in origins.enumerated() {
        read(windowAt: Int(origin), inputs: inputs.map { $0 + window * inputCount }, labels: start)
        (labels + window * count).update(from: start, count: count)
      }
    }
  }

  /// The units in which the labels of some windows are told, [B, K]; nil where they are those of the fold.
  package func units(ofWindowsAt origins: some Sequence<Int>) -> [WindowUnit]? {
    guard let adjustment else { return nil }
    var units: [WindowUnit] = []
    for origin in origins {
      adjust(adjustment, windowAt: origin, inputs: nil, labels: nil) { units.append(contentsOf: $0) }
    }
    return units
  }

  /// The labels of some windows in the units of their fold, before any window has its own, [B, H, K].
  package func labels(ofWindowsAt origins: ArraySlice<Int>) -> Panel {
    var panel = Panel(windows: origins.count, steps: signature.horizon, columns: signature.targets.count)
    let width = signature.horizon * signature.targets.count
    withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { labels in
      guard let start = labels.baseAddress else { return }
      for (window, origin) in origins.enumerated() {
        copyLabels(windowAt: origin, to: start)
        for index in 0..<width { panel.values[window * width + index] = Double(labels[index]) }
      }
    }
    return panel
  }

  // MARK: Copies

  private func copyInputs(windowAt origin: Int, to target: UnsafeMutablePointer<Float>) {
    let (width, rows) = (signature.features.count, signature.lookback)
    withExtendedLifetime(features) {
      target.update(from: features.base(at: (origin - rows + 1) * width), count: rows * width)
    }
    guard let rescaling else { return }
    let entity = entity(ofRow: origin)
    for column in 0..<width {
      let change = rescaling.change(ofFeature: column, entity: entity, features: width)
      for row in 0..<rows { target[row * width + column] = change(target[row * width + column]) }
    }
  }

  private func copyLabels(windowAt origin: Int, to target: UnsafeMutablePointer<Float>) {
    let (columns, steps) = (signature.targets.count, signature.horizon)
    withExtendedLifetime(targets) {
      target.update(from: targets.base(at: (origin + signature.labelStart) * columns), count: steps * columns)
    }
    guard let rescaling, !signature.hasLabels else { return }
    let entity = entity(ofRow: origin)
    for (column, feature) in signature.targetColumns.enumerated() {
      let change = rescaling.change(ofFeature: feature, entity: entity, features: signature.features.count)
      for step in 0..<steps { target[step * columns + column] = change(target[step * columns + column]) }
    }
  }

  // MARK: Adjustment

  /// Whether the rows of a window's labels have come.
  private func labelsHaveCome(windowAt origin: Int) -> Bool {
    origin + signature.labelStart + signature.horizon <= offsets[entity(ofRow: origin) + 1]
  }

  private func adjust(
    _ adjustment: any WindowAdjustment, windowAt origin: Int, inputs: UnsafeMutablePointer<Float>?,
    labels: UnsafeMutablePointer<Float>?, _ take: (UnsafeMutableBufferPointer<WindowUnit>) -> Void
  ) {
    let (f, l) = (signature.features.count, signature.lookback)
    let (k, h) = (signature.targets.count, signature.horizon)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: l * f + h * k) { scratch in
      guard let start = scratch.baseAddress else { return }
      let (ownInputs, ownLabels) = (inputs ?? start, labels ?? start + l * f)
      copyInputs(windowAt: origin, to: ownInputs)
      // The newest window of a series has no labels yet.
      let labelCount = labels != nil || labelsHaveCome(windowAt: origin) ? h * k : 0
      if labelCount > 0 { copyLabels(windowAt: origin, to: ownLabels) }
      withUnsafeTemporaryAllocation(of: WindowUnit.self, capacity: k) { units in
        units.initialize(repeating: WindowUnit(shift: 0, scale: 1))
        adjustment.adjust(
          UnsafeMutableBufferPointer(start: ownInputs, count: l * f),
          labels: UnsafeBufferPointer(start: ownLabels, count: labelCount), units: units)
        for index in 0..<(h * k) where labels != nil {
          let unit = units[index % k]
          ownLabels[index] = Float((Double(ownLabels[index]) - unit.shift) / unit.scale)
        }
        take(units)
      }
    }
  }
}

extension StoredArray {
  /// A pointer to an element, good as long as this value lives.
  @inline(__always)
  fileprivate func base(at index: Int) -> UnsafePointer<Element> {
    precondition(index >= 0 && index < count, "element \(index) of \(count)")
    guard let start = buffer.baseAddress else { preconditionFailure("elements without memory") }
    return start + index
  }
}

extension StoredArray<Float> {
  /// Copies `count` elements from row `origin + shift` on, for each origin.
  fileprivate func gather(
    _ origins: UnsafeBufferPointer<Int32>, from shift: Int, width: Int, count size: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    guard let first = origins.first, let start = origins.baseAddress else { return }
    var (least, greatest) = (first, first)
    for origin in origins {
      least = Swift.min(least, origin)
      greatest = Swift.max(greatest, origin)
    }
    let (low, high) = ((Int(least) + shift) * width, (Int(greatest) + shift) * width + size)
    precondition(low >= 0 && high <= count, "elements \(low)..<\(high) of \(count)")
    withUnsafeBufferPointer { table in
      gather_windows(target, table.baseAddress, start, origins.count, shift, width, size)
    }
  }
}

extension Panel {
  /// From the units of each window, [B, K], back to those of the fold.
  package mutating func leave(_ units: [WindowUnit]?) {
    guard let units else { return }
    updatePaths { values, path, place in
      let unit = units[place.position]
      for step in path { values[step] = values[step] * unit.scale + unit.shift }
    }
  }
}
