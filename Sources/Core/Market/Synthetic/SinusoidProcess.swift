package import Artifacts
private import Numerics

/// Sums of a few sinusoids with trends, rescaled to look like prices, for training models that should learn
/// shapes rather than one market.
///
/// Over a grid t of rows + 1 points from 0 to 1: one to `maximumCount` - 1 sinusoids of random amplitude,
/// frequency and phase, raised by twice the greatest amplitude; optional uniform noise; a linear and an
/// exponential trend of random sign; scaled by U(1, 10,000) and raised by U(0, 60,000). A candle opens where
/// the one before closed; volume and trades do not exist and are -1.
package struct SinusoidProcess: Sendable {
  package static let columns = [
    Series.Column(name: "open", unit: "quote currency"), Series.Column(name: "high", unit: "quote currency"),
    Series.Column(name: "low", unit: "quote currency"), Series.Column(name: "close", unit: "quote currency"),
    Series.Column(name: "volume", unit: "none: always -1"),
    Series.Column(name: "trades", unit: "none: always -1"),
    Series.Column(name: "t", unit: "share of the series"),
  ]

  package var maximumCount: Int
  package var amplitude: ClosedRange<Double>
  package var frequency: ClosedRange<Double>
  package var addNoise: Bool
  package var maximumLinearTrend: Double
  package var maximumExponentialTrend: Double

  package init(
    maximumCount: Int = 3, amplitude: ClosedRange<Double> = 0.1...1,
    frequency: ClosedRange<Double> = 0.5...30,
    addNoise: Bool = false, maximumLinearTrend: Double = 0.5, maximumExponentialTrend: Double = 0.01
  ) {
    self.maximumCount = maximumCount
    self.amplitude = amplitude
    self.frequency = frequency
    self.addNoise = addNoise
    self.maximumLinearTrend = maximumLinearTrend
    self.maximumExponentialTrend = maximumExponentialTrend
  }

  /// Candles, [rows, 7].
  package func values(rows: Int, seed: UInt64, lane: Int) -> [Double] {
    let closes = closes(points: rows + 1, seed: seed, lane: lane)
    let mean = closes.reduce(0, +) / Double(closes.count)
    let highs = RandomStream(seed: seed, purpose: "sinusoids.high", lane: lane)
    let lows = RandomStream(seed: seed, purpose: "sinusoids.low", lane: lane)
    return (0..<rows).flatMap { row in
      let close = closes[row + 1]
      return [
        closes[row], close + mean * highs.uniform(at: row, from: 0, to: 0.01),
        close + mean * lows.uniform(at: row, from: -0.01, to: 0), close, -1, -1,
        Double(row + 1) / Double(rows),
      ]
    }
  }

  private func closes(points: Int, seed: UInt64, lane: Int) -> [Double] {
    let shape = RandomStream(seed: seed, purpose: "sinusoids.shape", lane: lane)
    let count = 1 + Int(shape.uniform(at: 0) * Double(maximumCount - 1))
    let waves = (0..<count).map { wave in
      (
        amplitude: shape.uniform(at: 10 + 3 * wave, from: amplitude.lowerBound, to: amplitude.upperBound),
        frequency: shape.uniform(at: 11 + 3 * wave, from: frequency.lowerBound, to: frequency.upperBound),
        phase: shape.uniform(at: 12 + 3 * wave, from: 0, to: 2 * .pi)
      )
    }
    let greatest = waves.map(\.amplitude).max() ?? 0
    let linear = sign(shape, 1) * shape.uniform(at: 2, from: 0, to: maximumLinearTrend)
    let exponential = sign(shape, 3) * shape.uniform(at: 4, from: 0, to: maximumExponentialTrend)
    let noise = RandomStream(seed: seed, purpose: "sinusoids.noise", lane: lane)

    let raw = (0..<points).map { point in
      let t = Double(point) / Double(max(points - 1, 1))
      var value = 2 * greatest + linear * t + exponential * Elementary.exp(t)
      for wave in waves {
        value += wave.amplitude * Elementary.sin(2 * .pi * wave.frequency * t + wave.phase)
      }
      return addNoise ? value + noise.uniform(at: point, from: 0, to: greatest / 2) : value
    }
    let scale = shape.uniform(at: 5, from: 1, to: 10_000)
    let shift = shape.uniform(at: 6, from: 0, to: 60_000)
    let scaled = raw.map { $0 * scale + shift }
    let least = scaled.min() ?? 0
    return least < 0 ? scaled.map { $0 + 2 * abs(least) } : scaled
  }

  private func sign(_ stream: RandomStream, _ index: Int) -> Double {
    stream.uniform(at: index) < 0.5 ? -1 : 1
  }
}
