package import GaussianProcesses
private import Numerics
private import Tensors

/// A Gaussian process of its own for each window and column, fitted on the fly: what it makes of the window and of what
/// comes behind it, [S, L, F] → [S, L + H, 3 K]: means, lower and upper ends of the K columns, row by row.
///
/// Each column's last n values are standardised and lie at equal steps of a time axis on which they span one unit; a
/// constant mean, a kernel and noise are fitted by Adam from ln 2 on, with no gradient back to the window, and a row is
/// mean ± 2 deviations of the noisy value, in the window's own units. A constant window is continued by its value, and
/// one whose kernel matrix cannot be factored by its mean ± 2 deviations. O(n²) a step of Adam
/// (``EquispacedProcess``); windows do not depend on each other.
struct GaussianProcessForecast: Operation {
  let samples: Int
  /// L.
  let rows: Int
  /// F.
  let features: Int
  /// The columns that a process is fitted to, [K].
  let columns: [Int]
  /// H.
  let horizon: Int
  /// Of n values, and as far behind or before them as is asked for.
  let process: EquispacedProcess
  /// Steps of Adam.
  let steps: Int
  /// The rate of Adam.
  let rate: Double

  var name: String { "Gaussian process" }
  var output: Shape { [samples, rows + horizon, 3 * columns.count] }
  var backwardReads: BackwardReads { [] }
  var work: Int { samples * columns.count * (4 * steps + 8) * fitted * fitted }

  private var fitted: Int { process.count }
  private var outside: Int { rows - fitted }

  /// Doubles: the values and the same backwards, means and variances of all rows, parameters, and the process's own.
  private var memoryCount: Int {
    2 * fitted + 2 * (rows + horizon) + process.parameterCount + process.memoryCount
  }
  var scratchCount: Int { 2 * memoryCount }

  func forward(_ frame: Frame) {
    let memory = UnsafeMutableRawPointer(frame.scratch).assumingMemoryBound(to: Double.self)
    for sample in 0..<samples {
      for place in columns.indices {
        forecast(
          frame.input(0) + sample * rows * features + columns[place],
          into: frame.output + sample * (rows + horizon) * 3 * columns.count + place, memory)
      }
    }
  }

  /// One column of one window.
  private func forecast(
    _ column: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
    _ memory: UnsafeMutablePointer<Double>
  ) {
    let n = fitted
    let (values, backwards) = (memory, memory + n)
    let means = memory + 2 * n
    let variances = means + rows + horizon
    let parameters = variances + rows + horizon
    let own = parameters + process.parameterCount
    var level = 0.0
    for step in 0..<n {
      values[step] = Double(column[(outside + step) * features])
      level += values[step]
    }
    level /= Double(n)
    var square = 0.0
    for step in 0..<n { square += (values[step] - level) * (values[step] - level) }
    let scale = (square / Double(n)).squareRoot()
    // A level that is no number stays one, and the loss says so.
    guard scale > 0, scale < .infinity else {
      write(level, 0, into: target)
      return
    }
    for step in 0..<n {
      values[step] = (values[step] - level) / scale
      backwards[n - 1 - step] = values[step]
    }
    let isFitted =
      process.fit(values, steps: steps, rate: rate, into: parameters, memory: own)
      && process.smooth(
        values, at: parameters, mean: means + outside, variance: variances + outside, memory: own)
      && process.continuation(
        of: values, steps: horizon, at: parameters, mean: means + rows, variance: variances + rows,
        memory: own)
      && (outside == 0
        || process.continuation(
          of: backwards, steps: outside, at: parameters, mean: means, variance: variances, memory: own))
    guard isFitted else {
      write(level, 2 * scale, into: target)
      return
    }
    turn(means, outside)
    turn(variances, outside)
    let noise = Elementary.exp(parameters[process.kernel.parameterCount])
    let width = columns.count
    for row in 0..<rows + horizon {
      let mean = level + scale * means[row]
      let reach = 2 * scale * (variances[row] + noise).squareRoot()
      target[3 * row * width] = Float(mean)
      target[(3 * row + 1) * width] = Float(mean - reach)
      target[(3 * row + 2) * width] = Float(mean + reach)
    }
  }

  /// The same on all rows.
  private func write(_ mean: Double, _ reach: Double, into target: UnsafeMutablePointer<Float>) {
    let width = columns.count
    for row in 0..<rows + horizon {
      target[3 * row * width] = Float(mean)
      target[(3 * row + 1) * width] = Float(mean - reach)
      target[(3 * row + 2) * width] = Float(mean + reach)
    }
  }

  /// Reverses the first `count` numbers.
  private func turn(_ values: UnsafeMutablePointer<Double>, _ count: Int) {
    for place in 0..<count / 2 {
      let other = values[count - 1 - place]
      values[count - 1 - place] = values[place]
      values[place] = other
    }
  }

  /// The window is looked at, not learnt through.
  func backward(_ frame: Frame) {
    guard let gradient = frame.gradient(0), !frame.adds(0) else { return }
    Elements.fill(gradient, count: samples * rows * features, with: 0)
  }

  /// The same with the dense matrix, Cholesky's factor of it, and Adam step by step.
  func reference(_ inputs: [[Double]]) -> [Double] {
    var result = [Double](repeating: 0, count: output.count)
    for sample in 0..<samples {
      for (place, column) in columns.enumerated() {
        let window = (0..<rows).map { inputs[0][(sample * rows + $0) * features + column] }
        for (row, ends) in reference(window: window).enumerated() {
          for (part, value) in ends.enumerated() {
            result[((sample * (rows + horizon) + row) * 3 + part) * columns.count + place] = value
          }
        }
      }
    }
    return result
  }

  private func reference(window: [Double]) -> [[Double]] {
    let values = window.suffix(fitted)
    let level = values.reduce(0, +) / Double(fitted)
    let scale = (values.reduce(0) { $0 + ($1 - level) * ($1 - level) } / Double(fitted)).squareRoot()
    guard scale > 0 else {
      return [[Double]](repeating: [level, level, level], count: rows + horizon)
    }
    let times = (0..<fitted).map { Double($0) * process.spacing }
    let dense = GaussianProcess(
      inputs: Matrix(rows: fitted, columns: 1, values: times),
      outputs: Matrix(rows: fitted, columns: 1, values: values.map { ($0 - level) / scale }),
      kernel: process.kernel, team: Team(threads: 1))
    let count = dense.parameterCount
    var (raw, first, second) = (
      [Double](repeating: 0, count: count), [Double](repeating: 0, count: count),
      [Double](repeating: 0, count: count)
    )
    func natural(_ raw: [Double]) -> [Double] {
      raw.enumerated().map { index, raw in
        if index == count - 1 { return raw }
        let soft = Elementary.log(1 + Elementary.exp(raw))
        return Elementary.log(soft + (index == count - 2 ? EquispacedProcess.leastNoise : 0))
      }
    }
    for step in 0..<max(steps, 0) {
      let at = natural(raw)
      guard let gradient = dense.likelihood(at: at)?.gradient else { break }
      for index in raw.indices {
        let sigmoid = 1 / (1 + Elementary.exp(-raw[index]))
        let slope =
          gradient[index] * (index == count - 1 ? 1 : sigmoid / Elementary.exp(at[index])) / Double(fitted)
        first[index] = 0.9 * first[index] + 0.1 * slope
        second[index] = 0.999 * second[index] + 0.001 * slope * slope
        let power = Double(step + 1)
        let mean = first[index] / (1 - Elementary.exp(power * Elementary.log(0.9)))
        let size = (second[index] / (1 - Elementary.exp(power * Elementary.log(0.999)))).squareRoot()
        raw[index] += rate * mean / (size + 1e-8)
      }
    }
    guard dense.condition(on: natural(raw)) != nil else { return [] }
    let places = (0..<rows + horizon).map { Double($0 - outside) * process.spacing }
    let made = dense.predict(at: Matrix(rows: rows + horizon, columns: 1, values: places))
    return zip(made.mean.values, made.variance).map { mean, variance in
      let reach = 2 * scale * (variance + dense.noise).squareRoot()
      return [level + scale * mean, level + scale * mean - reach, level + scale * mean + reach]
    }
  }
}

extension Graph {
  /// What a Gaussian process for each window and column makes of the window and of the `horizon` rows behind it.
  ///
  /// X [S, L, F] gives [S, L + H, 3 K]: of each row the means of the columns, their lower and their upper ends (± 2
  /// deviations). A process is fitted to the last `fitted` rows by `steps` of Adam at `rate`.
  package mutating func gaussianProcess(
    _ x: Node, columns: [Int], horizon: Int, kernel: Kernel = Kernel(scaled: .matern52), fitted: Int? = nil,
    steps: Int = 50, rate: Double = 0.1
  ) throws(NetworkError) -> Node {
    try require(
      x.shape.rank == 3 && x.shape.count > 0, "a Gaussian process takes windows [S, L, F], not \(x.shape)")
    let (rows, features) = (x.shape[1], x.shape[2])
    try require(
      !columns.isEmpty && columns.allSatisfy { (0..<features).contains($0) },
      "there are no columns \(columns) in windows of \(x.shape)")
    let fitted = fitted ?? rows
    try require(
      (2...max(rows, 2)).contains(fitted) && rows > 1,
      "a Gaussian process is fitted to 2…\(rows) of the rows of \(x.shape), not to \(fitted)")
    try require(horizon >= 0, "a Gaussian process cannot continue a window by \(horizon) rows")
    let span = Double(fitted + horizon) / Double(fitted)
    let process = EquispacedProcess(
      kernel, count: fitted, spacing: span / Double(fitted + horizon - 1),
      reach: max(horizon, rows - fitted))
    let operation = GaussianProcessForecast(
      samples: x.shape[0], rows: rows, features: features, columns: columns, horizon: horizon,
      process: process, steps: steps, rate: rate)
    return record(operation, [x])
  }
}
