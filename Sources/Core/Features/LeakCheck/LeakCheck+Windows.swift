package import Artifacts

extension LeakCheck {
  /// Reads some windows twice, with their labels and with noise in their place, and demands the same inputs and units;
  /// nil where nothing is done to windows.
  func windowFinding() throws(FeatureError) -> LeakFinding? {
    guard let rule = try WindowRule(windows.recipe, for: windows.signature) else { return nil }
    return Self.windowFinding(rule, samples.windows.compactMap(window))
  }

  /// The same for any adjustment: inputs [L, F] and labels [H, K] of some windows.
  package static func windowFinding(
    _ adjustment: any WindowAdjustment, _ windows: [(inputs: [Float], labels: [Float], targets: Int)]
  ) -> LeakFinding {
    guard !windows.isEmpty else { return LeakFinding(.window, .skipped, "no window to read twice") }
    let seeing = windows.count { window in
      let noise = window.labels.enumerated().map { 1 + abs($1) * Float(3 + $0 % 5) }
      return read(adjustment, window.inputs, window.labels, window.targets)
        != read(adjustment, window.inputs, noise, window.targets)
    }
    return LeakFinding(
      .window, isPassed: seeing == 0,
      seeing == 0
        ? "windows are scaled and filtered by their inputs alone (\(windows.count) read)"
        : "the scale of a window changes with its labels, in \(seeing) of \(windows.count) windows")
  }

  private static func read(
    _ adjustment: any WindowAdjustment, _ inputs: [Float], _ labels: [Float], _ targets: Int
  ) -> ReadWindow {
    var inputs = inputs
    var units = [WindowUnit](repeating: WindowUnit(shift: 0, scale: 1), count: targets)
    inputs.withUnsafeMutableBufferPointer { inputs in
      labels.withUnsafeBufferPointer { labels in
        units.withUnsafeMutableBufferPointer { adjustment.adjust(inputs, labels: labels, units: $0) }
      }
    }
    return ReadWindow(inputs: inputs.map(\.bitPattern), units: units)
  }

  private struct ReadWindow: Equatable {
    let inputs: [UInt32]
    let units: [WindowUnit]
  }

  /// The transformed values of one window, from the rows that were watched.
  private func window(_ origin: Int) -> (inputs: [Float], labels: [Float], targets: Int)? {
    let (signature, probe) = (windows.signature, windows.probe)
    guard let first = probe.index(ofRow: origin - signature.lookback + 1),
      let label = probe.index(ofRow: origin + signature.labelStart)
    else { return nil }
    let inputs = (first..<(first + signature.lookback)).flatMap { index in
      signature.features.indices.map { Float(probe.transformed[$0][index]) }
    }
    let labels = (label..<(label + signature.horizon)).flatMap { index in
      signature.hasLabels
        ? probe.labels.map { Float($0[index]) }
        : signature.targetColumns.map { Float(probe.transformed[$0][index]) }
    }
    return (inputs, labels, signature.targets.count)
  }
}
