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

  /// The candles of one series of so many rows.
  package func path(rows: Int, seed: UInt64, lane: Int) -> Path {
    Path(self, rows: rows, seed: seed, lane: lane)
  }

  /// One series, made piece by piece.
  ///
  /// Its least and its mean close are needed before the first candle, so they are found by making all closes once.
  package struct Path: Sendable {
    private struct Wave: Sendable {
      var amplitude: Double
      var frequency: Double
      var phase: Double
    }

    private let rows: Int
    private let waves: [Wave]
    private let greatest: Double
    private let linear: Double
    private let exponential: Double
    private let addNoise: Bool
    private let noise: RandomStream
    private let highs: RandomStream
    private let lows: RandomStream
    private let scale: Double
    private let shift: Double
    private var raise = 0.0
    private var mean = 0.0
    private var row = 0

    fileprivate init(_ process: SinusoidProcess, rows: Int, seed: UInt64, lane: Int) {
      let shape = RandomStream(seed: seed, purpose: "sinusoids.shape", lane: lane)
      let count = 1 + Int(shape.uniform(at: 0) * Double(process.maximumCount - 1))
      let (amplitude, frequency) = (process.amplitude, process.frequency)
      self.rows = rows
      waves = (0..<count).map { wave in
        Wave(
          amplitude: shape.uniform(at: 10 + 3 * wave, from: amplitude.lowerBound, to: amplitude.upperBound),
          frequency: shape.uniform(at: 11 + 3 * wave, from: frequency.lowerBound, to: frequency.upperBound),
          phase: shape.uniform(at: 12 + 3 * wave, from: 0, to: 2 * .pi))
      }
      greatest = waves.map(\.amplitude).max() ?? 0
      linear = Self.sign(shape, 1) * shape.uniform(at: 2, from: 0, to: process.maximumLinearTrend)
      exponential = Self.sign(shape, 3) * shape.uniform(at: 4, from: 0, to: process.maximumExponentialTrend)
      addNoise = process.addNoise
      noise = RandomStream(seed: seed, purpose: "sinusoids.noise", lane: lane)
      highs = RandomStream(seed: seed, purpose: "sinusoids.high", lane: lane)
      lows = RandomStream(seed: seed, purpose: "sinusoids.low", lane: lane)
      scale = shape.uniform(at: 5, from: 1, to: 10_000)
      shift = shape.uniform(at: 6, from: 0, to: 60_000)
      let least = (0...rows).reduce(Double.infinity) { min($0, close(at: $1)) }
      raise = least < 0 ? 2 * abs(least) : 0
      mean = (0...rows).reduce(0) { $0 + close(at: $1) } / Double(rows + 1)
    }

    private static func sign(_ stream: RandomStream, _ index: Int) -> Double {
      stream.uniform(at: index) < 0.5 ? -1 : 1
    }

    /// The close at one of the rows + 1 points.
    private func close(at point: Int) -> Double {
      let t = Double(point) / Double(max(rows, 1))
      var value = 2 * greatest + linear * t + exponential * Elementary.exp(t)
      for wave in waves {
        value += wave.amplitude * Elementary.sin(2 * .pi * wave.frequency * t + wave.phase)
      }
      if addNoise { value += noise.uniform(at: point, from: 0, to: greatest / 2) }
      return value * scale + shift + raise
    }

    /// The next candles, [count, 7].
    package mutating func next(rows count: Int) -> [Double] {
      var open = close(at: row)
      return (0..<count).flatMap { _ in
        let close = close(at: row + 1)
        defer {
          open = close
          row += 1
        }
        return [
          open, close + mean * highs.uniform(at: row, from: 0, to: 0.01),
          close + mean * lows.uniform(at: row, from: -0.01, to: 0), close, -1, -1,
          Double(row + 1) / Double(rows),
        ]
      }
    }
  }
}
