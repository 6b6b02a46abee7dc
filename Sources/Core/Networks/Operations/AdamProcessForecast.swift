package import GaussianProcesses
private import Numerics
private import Tensors

/// A Gaussian process of its own for each window and column, fitted by Adam on the fly: what it makes of the window and
/// of what comes behind it, [S, L, F] → [S, L + H, 3 K]: lower end, mean and upper end of each of the K columns.
///
/// A constant mean, a kernel and noise are fitted to each column's last n values by Adam from ln 2 on, with no gradient
/// back to the window, and a row is mean ± 2 deviations of the noisy value, in the window's own units; what is said of a
/// column where nothing can be fitted is ``WindowProcess``'s. O(n²) a step of Adam; windows do not depend on each
/// other. The same from a grid: ``GridProcessForecast``.
struct AdamProcessForecast: Operation {
  let samples: Int
  /// F.
  let features: Int
  /// The columns that a process is fitted to, [K].
  let columns: [Int]
  /// H.
  let horizon: Int
  /// Over L rows, and as many ahead as lie before the end of the horizon.
  let process: WindowProcess

  var name: String { "process by Adam" }
  var output: Shape { [samples, rows + horizon, 3 * columns.count] }
  var backwardReads: BackwardReads { [] }
  var work: Int { samples * columns.count * (4 * process.steps + 8) * process.fitted * process.fitted }

  private var rows: Int { process.rows }
  /// Rows between the window and the horizon.
  private var shift: Int { process.ahead - horizon }

  /// Doubles: the values, means and deviations of all rows, and the process's own.
  private var memoryCount: Int {
    process.fitted + 2 * (process.rows + process.ahead) + process.memoryCount
  }
  var scratchCount: Int { 2 * memoryCount }

  func forward(_ frame: Frame) {
    let memory = UnsafeMutableRawPointer(frame.scratch).assumingMemoryBound(to: Double.self)
    for sample in 0..<samples {
      for place in columns.indices {
        forecast(
          frame.input(0) + sample * rows * features + columns[place],
          into: frame.output + (sample * (rows + horizon) * columns.count + place) * 3, memory)
      }
    }
  }

  /// One column of one window.
  private func forecast(
    _ column: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
    _ memory: UnsafeMutablePointer<Double>
  ) {
    let n = process.fitted
    let means = memory + n
    let deviations = means + rows + process.ahead
    for step in 0..<n { memory[step] = Double(column[(rows - n + step) * features]) }
    process.describe(
      memory, mean: means, deviation: deviations, memory: deviations + rows + process.ahead)
    for row in 0..<rows + horizon {
      let place = row < rows ? row : row + shift
      let (mean, reach) = (means[place], 2 * deviations[place])
      let ends = target + 3 * row * columns.count
      (ends[0], ends[1], ends[2]) = (Float(mean - reach), Float(mean), Float(mean + reach))
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
            result[((sample * (rows + horizon) + row) * columns.count + place) * 3 + part] = value
          }
        }
      }
    }
    return result
  }

  private func reference(window: [Double]) -> [[Double]] {
    let (fitted, spacing) = (process.fitted, process.process.spacing)
    let kernel = process.process.kernel
    guard case .adam(let rate) = process.method else { return [] }
    let values = window.suffix(fitted)
    let level = values.reduce(0, +) / Double(fitted)
    let scale = (values.reduce(0) { $0 + ($1 - level) * ($1 - level) } / Double(fitted)).squareRoot()
    guard scale > 0 else {
      return [[Double]](repeating: [level, level, level], count: rows + horizon)
    }
    let times = (0..<fitted).map { Double($0) * spacing }
    let dense = GaussianProcess(
      inputs: Matrix(rows: fitted, columns: 1, values: times),
      outputs: Matrix(rows: fitted, columns: 1, values: values.map { ($0 - level) / scale }),
      kernel: kernel, team: Team(threads: 1))
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
    for step in 0..<process.steps {
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
    let places = (0..<rows + horizon).map { Double($0 - (rows - fitted) + ($0 < rows ? 0 : shift)) * spacing }
    let made = dense.predict(at: Matrix(rows: rows + horizon, columns: 1, values: places))
    return zip(made.mean.values, made.variance).map { mean, variance in
      let reach = 2 * scale * (variance + dense.noise).squareRoot()
      return [level + scale * mean - reach, level + scale * mean, level + scale * mean + reach]
    }
  }
}

extension Graph {
  /// What a Gaussian process for each window and column, fitted by Adam, makes of the window and of the `horizon` rows
  /// that begin `shift` rows behind it.
  ///
  /// X [S, L, F] gives [S, L + H, 3 K]: of each row and column the lower end, the mean and the upper end (± 2
  /// deviations). A process is fitted to the last `fitted` rows by `steps` of Adam at `rate`.
  package mutating func processByAdam(
    _ x: Node, columns: [Int], horizon: Int, shift: Int = 0, kernel: Kernel = Kernel(scaled: .matern52),
    fitted: Int? = nil, steps: Int = 50, rate: Double = 0.1
  ) throws(NetworkError) -> Node {
    try require(
      x.shape.rank == 3 && x.shape.count > 0, "a Gaussian process takes windows [S, L, F], not \(x.shape)")
    let (rows, features) = (x.shape[1], x.shape[2])
    try require(
      !columns.isEmpty && columns.allSatisfy { (0..<features).contains($0) },
      "there are no columns \(columns) in windows of \(x.shape)")
    try require(
      (2...max(rows, 2)).contains(fitted ?? rows) && rows > 1,
      "a Gaussian process is fitted to 2…\(rows) of the rows of \(x.shape), not to \(fitted ?? rows)")
    try require(
      horizon >= 0 && shift >= 0, "a Gaussian process cannot continue a window by \(horizon) rows")
    let process = WindowProcess(
      kernel, rows: rows, fitted: fitted, ahead: horizon > 0 ? shift + horizon : 0,
      method: .adam(rate: rate), steps: steps)
    return record(
      AdamProcessForecast(
        samples: x.shape[0], features: features, columns: columns, horizon: horizon, process: process), [x])
  }
}
