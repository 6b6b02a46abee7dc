internal import GaussianProcesses
private import Numerics
private import Tensors

/// What a Gaussian process on the time axis says of each series of a window: X [S, L, C] → [S, L + H, 3 C].
///
/// For each column three numbers a step: the mean of what is observed, given the window, and the ends of the region of two
/// deviations around it, the lower one first. The process has a constant mean and a scaled Matérn covariance with noise. Of
/// those of a ``MaternGrid`` it is the one under which the window is likeliest, with the mean and the scale that are
/// best for it in closed form: for each, with the innovations e of the series and e₁ of a series of ones, and their
/// variances s,
///
/// μ = Σ e₁ e / s / Σ e₁² / s, σ² = Σ (e - μ e₁)² / s / L, and -2 ln p = L ln σ² + Σ ln s + const.
///
/// It sees nothing but the window. There is no gradient: X' = 0, as where each window's process is fitted by itself
/// and its forecast is a feature. The same fitted by Adam: ``AdamProcessForecast``.
struct GridProcessForecast: Operation {
  let samples: Int
  let columns: Int
  /// H.
  let horizon: Int
  /// Of L rows past, and as many to come as lie before the end of the horizon.
  let grid: MaternGrid

  var name: String { "process by grid" }
  var output: Shape { [samples, grid.past + horizon, 3 * columns] }
  /// The series, its innovations and its predicted means, in doubles.
  var scratchCount: Int { 2 * 3 * grid.past }
  var work: Int { samples * columns * grid.past * grid.choices.count * 16 }
  var backwardReads: BackwardReads { [] }

  /// Below it a series is a constant: rounding alone would say how it varies.
  static let leastVariance = 1e-12

  func forward(_ frame: Frame) {
    UnsafeMutableRawPointer(frame.scratch).withMemoryRebound(to: Double.self, capacity: 3 * grid.past) {
      scratch in
      for sample in 0..<samples {
        for column in 0..<columns {
          let x = frame.input(0) + sample * grid.past * columns + column
          let center = Double(x[(grid.past - 1) * columns])
          for time in 0..<grid.past { scratch[time] = Double(x[time * columns]) - center }
          let best = choice(for: scratch)
          forecast(
            scratch, best, center,
            into: frame.output + sample * (grid.past + horizon) * 3 * columns + 3 * column)
        }
      }
    }
  }

  func backward(_ frame: Frame) {
    guard let gradient = frame.gradient(0), !frame.adds(0) else { return }
    Elements.fill(gradient, count: samples * grid.past * columns, with: 0)
  }

  // MARK: One series

  private struct Fit {
    var number = 0
    var mean = 0.0
    var variance = 0.0
  }

  /// The likeliest process, the first of those that are equally likely.
  private func choice(for series: UnsafeMutablePointer<Double>) -> Fit {
    var best = Fit()
    var least = Double.infinity
    let count = Double(grid.past)
    for block in 0..<grid.blocks {
      let a = grid.transitions + 9 * block
      var (m0, m1, m2) = (MaternGrid.Lanes.zero, MaternGrid.Lanes.zero, MaternGrid.Lanes.zero)
      var (squares, products) = (MaternGrid.Lanes.zero, MaternGrid.Lanes.zero)
      var filter = grid.filters + block * grid.past * MaternGrid.filterWidth
      for time in 0..<grid.past {
        if time > 0 {
          let (p0, p1, p2) = (m0, m1, m2)
          m0 = a[0] * p0 + a[1] * p1 + a[2] * p2
          m1 = a[3] * p0 + a[4] * p1 + a[5] * p2
          m2 = a[6] * p0 + a[7] * p1 + a[8] * p2
        }
        let innovation = MaternGrid.Lanes(repeating: series[time]) - m0
        m0 += filter[0] * innovation
        m1 += filter[1] * innovation
        m2 += filter[2] * innovation
        let weighed = innovation * filter[3]
        squares += innovation * weighed
        products += filter[4] * weighed
        filter += MaternGrid.filterWidth
      }
      let mean = products / grid.sums[2 * block + 1]
      let variance = (squares - mean * products) / count
      for lane in 0..<4 {
        let scale = max(variance[lane], Self.leastVariance)
        // −2 ln p, but for what all share.
        let negativeLogLikelihood = count * Elementary.log(scale) + grid.sums[2 * block][lane]
        if negativeLogLikelihood < least {
          least = negativeLogLikelihood
          best = Fit(number: 4 * block + lane, mean: mean[lane], variance: scale)
        }
      }
    }
    return best
  }

  private func forecast(
    _ series: UnsafeMutablePointer<Double>, _ fit: Fit, _ center: Double,
    into target: UnsafeMutablePointer<Float>
  ) {
    let (block, lane) = (fit.number / 4, fit.number % 4)
    let transition = grid.transitions + 9 * block
    @inline(__always) func a(_ index: Int) -> Double { transition[index][lane] }
    let filters = grid.filters + block * grid.past * MaternGrid.filterWidth
    @inline(__always) func filter(_ time: Int, _ index: Int) -> Double {
      filters[time * MaternGrid.filterWidth + index][lane]
    }
    let smoother = grid.smoothers + fit.number * grid.smootherWidth
    let (innovations, means) = (series + grid.past, series + 2 * grid.past)
    var (m0, m1, m2) = (0.0, 0.0, 0.0)
    func advance() {
      (m0, m1, m2) = (
        a(0) * m0 + a(1) * m1 + a(2) * m2, a(3) * m0 + a(4) * m1 + a(5) * m2,
        a(6) * m0 + a(7) * m1 + a(8) * m2
      )
    }
    for time in 0..<grid.past {
      if time > 0 { advance() }
      means[time] = m0
      let innovation = series[time] - fit.mean - m0
      innovations[time] = innovation
      m0 += filter(time, 0) * innovation
      m1 += filter(time, 1) * innovation
      m2 += filter(time, 2) * innovation
    }
    let shift = grid.future - horizon
    func put(_ time: Int, _ mean: Double) {
      let reach = 2 * (fit.variance * smoother[3 * grid.past + time]).squareRoot()
      let place = target + (time < grid.past ? time : time - shift) * 3 * columns
      place[0] = Float(center + fit.mean + mean - reach)
      place[1] = Float(center + fit.mean + mean)
      place[2] = Float(center + fit.mean + mean + reach)
    }
    for time in grid.past..<(grid.past + grid.future) {
      advance()
      if time >= grid.past + shift { put(time, m0) }
    }
    // r = h e / s + (A (1 - k hᵀ))ᵀ r', from the end back.
    var (r0, r1, r2) = (0.0, 0.0, 0.0)
    for time in (0..<grid.past).reversed() {
      let (b0, b1, b2) = (
        a(0) * r0 + a(3) * r1 + a(6) * r2, a(1) * r0 + a(4) * r1 + a(7) * r2,
        a(2) * r0 + a(5) * r1 + a(8) * r2
      )
      let lost = filter(time, 0) * b0 + filter(time, 1) * b1 + filter(time, 2) * b2
      (r0, r1, r2) = (b0 - lost + innovations[time] * filter(time, 3), b1, b2)
      let row = smoother + 3 * time
      put(time, means[time] + row[0] * r0 + row[1] * r1 + row[2] * r2)
    }
  }
}

extension Graph {
  /// What a Gaussian process for each window and column, the likeliest of a grid, makes of the window and of the
  /// `horizon` rows that begin `shift` rows behind it.
  ///
  /// Windows [S, L, C] give [S, L + H, 3 C]: of each row and column the lower end, the mean and the upper end (± 2
  /// deviations). The kernel is a Matérn one.
  mutating func processByGrid(
    _ x: Node, horizon: Int, shift: Int = 0, kernel: Kernel.Form, lengths: Int = 12, noises: Int = 8
  ) throws(NetworkError) -> Node {
    try require(
      x.shape.rank == 3 && x.shape.count > 0, "windows are [samples, steps, columns], not \(x.shape)")
    try require(
      x.shape[1] > 1 && horizon > 0 && shift >= 0,
      "a process needs a look-back of 2 and a horizon of 1, not \(x.shape[1]) and \(horizon)")
    try require(
      lengths > 0 && noises > 0 && lengths * noises % 4 == 0,
      "processes are taken four at once, and \(lengths) lengths with \(noises) noises are none of fours")
    let grid = MaternGrid(
      kernel, past: x.shape[1], future: shift + horizon, lengths: lengths, noises: noises)
    return record(
      GridProcessForecast(samples: x.shape[0], columns: x.shape[2], horizon: horizon, grid: grid), [x])
  }
}
