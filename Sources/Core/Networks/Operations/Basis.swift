private import Numerics

/// The bases of N-BEATS: fixed curves over look-back and horizon, of which a block predicts the coefficients.
///
/// Oreshkin et al., https://arxiv.org/abs/1905.10437, on the time axes and with the scales of
/// pytorch-forecasting (`NBEATSTrendBlock` and `NBEATSSeasonalBlock` of
/// https://github.com/sktime/pytorch-forecasting). Step j counts from the beginning of the look-back, B steps
/// long; the horizon has H.
enum Basis {
  /// Row i is √(H / p) u^i, for i from 0 to p - 1 and u = (j - B) / max(B, H).
  ///
  /// The axis runs evenly from -B / max(B, H) to (H - 1) / max(B, H), and is 0 at the first step of the
  /// horizon.
  static func polynomial(_ degree: Int, _ backcast: Int, _ forecast: Int, _ steps: Range<Int>) -> [Float] {
    let scale = (Double(forecast) / Double(degree)).squareRoot()
    let times = steps.map { Double($0 - backcast) / Double(max(backcast, forecast)) }
    var powers = times.map { _ in scale }
    var rows: [Float] = []
    for _ in 0..<degree {
      rows += powers.map(Float.init)
      powers = zip(powers, times).map { $0 * $1 }
    }
    return rows
  }

  /// Rows cos(2π f u) for ⌊n / 2⌋ frequencies, then sin(2π f u) for ⌈n / 2⌉, with u = j / (B + H).
  ///
  /// The frequencies of either kind run evenly from 0 to (B + H) / P, P being the shortest period in steps.
  static func fourier(
    _ harmonics: Int, _ backcast: Int, _ forecast: Int, _ shortestPeriod: Float, _ steps: Range<Int>
  ) -> [Float] {
    let length = Double(backcast + forecast)
    var rows: [Float] = []
    for (count, isSine) in [(harmonics / 2, false), (harmonics - harmonics / 2, true)] {
      for number in 0..<count {
        let frequency = count < 2 ? 0 : length / Double(shortestPeriod) * Double(number) / Double(count - 1)
        for step in steps {
          // Whole turns are taken off first: at P = 1 the last frequency makes nothing else.
          let turns = frequency * Double(step) / length
          let angle = 2 * .pi * (turns - turns.rounded())
          rows.append(Float(isSine ? Elementary.sin(angle) : Elementary.cos(angle)))
        }
      }
    }
    return rows
  }

  /// Row i is what the value of knot i counts for at each of `steps`: straight lines between knots that lie evenly.
  ///
  /// Knot i lies at ((i + 1/2) steps / knots) - 1/2, and beyond the first and the last one their values go on, as
  /// PyTorch's `interpolate` has it in mode `linear`. Hierarchical interpolation of N-HiTS, Challu et al.,
  /// https://arxiv.org/abs/2201.12886, 3.2.
  static func interpolation(knots: Int, steps: Int) -> [Float] {
    var rows = [Float](repeating: 0, count: knots * steps)
    for step in 0..<steps {
      let place = max(0, (Double(step) + 0.5) * Double(knots) / Double(steps) - 0.5)
      let left = min(Int(place), knots - 1)
      let share = place - Double(left)
      rows[left * steps + step] += Float(1 - share)
      rows[min(left + 1, knots - 1) * steps + step] += Float(share)
    }
    return rows
  }
}

extension Graph {
  /// What values at `knots` places that lie evenly make of all `steps`: a constant [knots, steps].
  package mutating func interpolationBasis(knots: Int, steps: Int) throws(NetworkError) -> Node {
    try require(
      knots > 0 && steps >= knots, "between 1 and \(steps) knots carry \(steps) steps, not \(knots)")
    return constant(Basis.interpolation(knots: knots, steps: steps), [knots, steps])
  }

  /// The powers below `degree` of a time axis that is 0 where the horizon begins.
  ///
  /// Constants [degree, B] and [degree, H]; a degree of 3 has 1, u and u².
  package mutating func polynomialBasis(
    degree: Int, backcast: Int, forecast: Int
  ) throws(NetworkError) -> (backcast: Node, forecast: Node) {
    try require(
      degree > 0 && backcast > 0 && forecast > 0,
      """
      a polynomial basis has degree, backcast and forecast above 0, not \(degree), \(backcast) and \
      \(forecast)
      """
    )
    let past = Basis.polynomial(degree, backcast, forecast, 0..<backcast)
    let future = Basis.polynomial(degree, backcast, forecast, backcast..<backcast + forecast)
    return (constant(past, [degree, backcast]), constant(future, [degree, forecast]))
  }

  /// Cosines and sines of `harmonics` frequencies in all: constants [harmonics, B] and [harmonics, H].
  package mutating func fourierBasis(
    harmonics: Int, backcast: Int, forecast: Int, shortestPeriod: Float = 1
  ) throws(NetworkError) -> (backcast: Node, forecast: Node) {
    try require(
      harmonics > 1 && backcast > 0 && forecast > 0,
      """
      a Fourier basis has at least 2 harmonics, and backcast and forecast above 0, not \(harmonics), \
      \(backcast) and \(forecast)
      """)
    try require(shortestPeriod > 0, "the shortest period of a basis is above 0, not \(shortestPeriod)")
    let past = Basis.fourier(harmonics, backcast, forecast, shortestPeriod, 0..<backcast)
    let future = Basis.fourier(
      harmonics, backcast, forecast, shortestPeriod, backcast..<backcast + forecast)
    return (constant(past, [harmonics, backcast]), constant(future, [harmonics, forecast]))
  }
}
