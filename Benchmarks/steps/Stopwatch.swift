/// Times single steps as `Benchmarks/peers/training_steps.py` does.
struct Stopwatch {
  /// Steps that are not counted.
  private static let warmUp = 5
  /// What a sample lasts, or one step, whichever is longer.
  private static let sampleSeconds = 0.01
  private static let leastSamples = 7

  /// Seconds of single steps, each the mean of a sample, in ascending order.
  private let samples: [Double]

  init(seconds: Double, step: () -> Void) {
    for _ in 0..<Self.warmUp { step() }
    let steps = max(1, Int(Self.sampleSeconds / max(Self.seconds(of: step), 1e-9)))
    var samples: [Double] = []
    var spent = 0.0
    while spent < seconds || samples.count < Self.leastSamples {
      let sample = Self.seconds { for _ in 0..<steps { step() } }
      samples.append(sample / Double(steps))
      spent += sample
    }
    self.samples = samples.sorted()
  }

  private static func seconds(of body: () -> Void) -> Double {
    ContinuousClock().measure(body) / .seconds(1)
  }

  var minimum: Double { samples[0] }

  var median: Double {
    let middle = samples.count / 2
    return samples.count % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2
  }
}
