internal import Artifacts
private import Numerics
private import Tensors

extension Trainer {
  /// Windows that first parameters are judged by, spread over all training windows.
  private static let judges = 256

  /// Draws first parameters again while too many forecasts of training windows lie outside of their bounds; where no
  /// draw is good enough, the best is taken.
  func redraw(_ settings: BoundedTraining, _ bounds: WindowBounds) throws(NetworkError) {
    guard settings.redraws > 0 else { return }
    let all = Array(table.origins[.train] ?? [])
    let count = min(Self.judges, all.count)
    let origins = (0..<count).map { all[$0 * all.count / count] }
    var best: (values: [[Float]], share: Double)?
    for draw in 0...settings.redraws {
      let values = step.plan.graph.parameters.map { parameter in
        parameter.initializer.elements(
          count: parameter.shape.count, name: parameter.name, seed: training.seed, draw: draw)
      }
      let network = try Network(blocks: blocks, window: window, values: values)
      let share = bounds.shareOutside(network.forecast(from: origins[...], in: table), from: origins[...])
      if best == nil || share < best?.share ?? 1 { best = (values, share) }
      if share <= settings.tolerance { break }
    }
    guard let best else { return }
    for (offset, elements) in zip(step.plan.parameterOffsets, best.values) {
      (step.parameters + offset).update(from: elements, count: elements.count)
    }
  }
}
