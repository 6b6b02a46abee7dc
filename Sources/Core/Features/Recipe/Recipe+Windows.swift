package import Tensors

/// Where the windows of a panel stand.
package struct WindowContext: Sendable {
  /// The entity of each window, [B].
  package var entities: [Int]
  /// The feature that each target is, [K].
  package var features: [Int]
  /// The raw values of each target up to each origin, newest last, [B, K, P].
  package var pasts: [Double]
  /// P.
  package var pastLength: Int

  package init(entities: [Int], features: [Int], pasts: [Double], pastLength: Int) {
    self.entities = entities
    self.features = features
    self.pasts = pasts
    self.pastLength = pastLength
  }
}

extension Recipe {
  /// From original units to those of the transforms, for values that follow origins.
  package func advance(_ panel: inout Panel, at context: WindowContext) {
    convert(&panel, at: context, inverting: false)
  }

  /// From the units of the transforms to original ones.
  package func invert(_ panel: inout Panel, at context: WindowContext) {
    convert(&panel, at: context, inverting: true)
  }

  private func convert(_ panel: inout Panel, at context: WindowContext, inverting: Bool) {
    guard !labelsAreTargets else { return }
    let length = context.pastLength
    withUnsafeTemporaryAllocation(of: Double.self, capacity: panel.steps) { scratch in
      panel.updatePaths { values, path, place in
        for (step, element) in path.enumerated() { scratch[step] = values[element] }
        let (chain, position) = chainPlaces[context.features[place.column]]
        let past = Array(context.pasts[(place.position * length)..<((place.position + 1) * length)])
        chains[chain].convert(
          scratch, after: past, position, entity: context.entities[place.window], inverting: inverting)
        for (step, element) in path.enumerated() { values[element] = scratch[step] }
      }
    }
  }

  private var labelsAreTargets: Bool { !labels.isEmpty }
}
