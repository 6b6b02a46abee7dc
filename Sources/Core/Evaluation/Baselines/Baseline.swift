package import Tensors

/// A forecast that needs no model.
///
/// Whoever cannot beat it has found nothing.
///
/// All look at the L levels of the window, in original units, and at nothing else.
package enum Baseline: Sendable, Equatable {
  /// The last value, for every step: the random walk's best forecast.
  case `repeat`
  /// The value of the same place in the last season.
  case seasonalRepeat(season: Int)
  /// The line through the first and the last value.
  case drift
  /// The mean of the window.
  case mean

  package var name: String {
    switch self {
    case .repeat: "repeat"
    case .seasonalRepeat: "seasonal-repeat"
    case .drift: "drift"
    case .mean: "mean"
    }
  }

  /// The baseline of a name; nil when there is none, or when it needs a season and there is none.
  package init?(named name: String, season: Int?) {
    switch (name, season) {
    case ("repeat", _): self = .repeat
    case ("drift", _): self = .drift
    case ("mean", _): self = .mean
    case ("seasonal-repeat", let season?): self = .seasonalRepeat(season: season)
    default: return nil
    }
  }

  /// Those that a window of L rows allows: the seasonal one needs a whole season in it, drift two rows.
  package static func all(season: Int?, lookback: Int) -> [Baseline] {
    var baselines: [Baseline] = [.repeat]
    if let season, season >= 1, season <= lookback { baselines.append(.seasonalRepeat(season: season)) }
    if lookback > 1 { baselines.append(.drift) }
    return baselines + [.mean]
  }

  /// Those of labels: the random walk and the mean of the training windows; of classes the mean alone, which is how
  /// often each of them is.
  package static func all(ofLabelsWith classes: [[String]]) -> [Baseline] {
    classes.allSatisfy(\.isEmpty) ? [.repeat, .mean] : [.mean]
  }

  /// The forecasts from `origins` in a table of levels [N, K], [B, H, K]; `start` is how far behind the origin the
  /// first of them stands.
  package func forecast(
    from origins: ArraySlice<Int>, in levels: UnsafeBufferPointer<Double>, columns: Int, lookback: Int,
    start: Int = 1, horizon: Int
  ) -> Panel {
    var panel = Panel(windows: origins.count, steps: horizon, columns: columns)
    let first = origins.startIndex
    panel.updatePaths { values, path, place in
      let origin = origins[first + place.window] * columns + place.column
      let past = Past(levels: levels, origin: origin, stride: columns, lookback: lookback)
      fill(values, path, start - 1, from: past)
    }
    return panel
  }

  /// One column of a window: the level `back` rows before the origin.
  private struct Past {
    let levels: UnsafeBufferPointer<Double>
    let origin: Int
    let stride: Int
    let lookback: Int

    func level(back: Int) -> Double { levels[origin - back * stride] }
  }

  private func fill(
    _ values: UnsafeMutableBufferPointer<Double>, _ path: StrideTo<Int>, _ shift: Int, from past: Past
  ) {
    let last = past.level(back: 0)
    switch self {
    case .repeat:
      for element in path { values[element] = last }
    case .seasonalRepeat(let season):
      // The newest row that is a whole number of seasons before the label.
      for (step, element) in path.enumerated() {
        values[element] = past.level(back: season - 1 - (step + shift) % season)
      }
    case .drift:
      let slope = (last - past.level(back: past.lookback - 1)) / Double(past.lookback - 1)
      for (step, element) in path.enumerated() { values[element] = last + slope * Double(step + shift + 1) }
    case .mean:
      let sum = (0..<past.lookback).reduce(0) { $0 + past.level(back: $1) }
      for element in path { values[element] = sum / Double(past.lookback) }
    }
  }
}
