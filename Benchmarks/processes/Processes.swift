import ArgumentParser
import GaussianProcesses
import Tensors

/// Times the likelihood of an exact Gaussian process with its gradient, or the fit of one to a window.
@main
struct Processes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "processes",
    abstract: "Time Gaussian processes; print the line of JSON that Benchmarks/peers/gp.py prints.")

  enum Work: String, ExpressibleByArgument { case likelihood, window }

  @Argument(help: "likelihood with its gradient, or fifty steps of Adam on a window of equal steps.")
  var work: Work

  @Argument(help: "Threads that share a likelihood.")
  var threads = 1

  @Argument(help: "How long to measure.")
  var seconds = 3.0

  @Option(help: "Rows, or the length of the window.")
  var rows = 2000

  @Option(help: "Dimensions, each with a length scale of its own.")
  var dimensions = 8

  func validate() throws {
    guard threads > 0, rows > 1, dimensions > 0 else {
      throw ValidationError("threads and dimensions are 1 at least, and rows 2")
    }
  }

  func run() throws {
    switch work {
    case .likelihood: try likelihood()
    case .window: window()
    }
  }

  /// The numbers of Benchmarks/peers/gp.py, in ±0.5.
  private static func numbers(_ count: Int, seed: Int) -> [Double] {
    (0..<count).map { Double(($0 * 7919 + seed) % 2003) / 2003 - 0.5 }
  }

  private func likelihood() throws {
    let kernel = try Kernel("scale * matern-5/2", dimensions: dimensions, isPerDimension: true)
    let process = GaussianProcess(
      inputs: Matrix(rows: rows, columns: dimensions, values: Self.numbers(rows * dimensions, seed: 3)),
      outputs: Matrix(rows: rows, columns: 1, values: Self.numbers(rows, seed: 11)), kernel: kernel,
      team: Team(threads: threads))
    let parameters = [Double](repeating: 0, count: dimensions + 1) + [-2, 0.1]
    var made: GaussianProcess.Evaluation?
    let samples = measure { made = process.likelihood(at: parameters) }
    guard let made else { throw GaussianProcessError.indefinite(rows: rows, jitter: 1e-4) }
    report(samples, likelihood: made.value, gradient: made.gradient.reduce(0) { $0 + $1 * $1 }.squareRoot())
  }

  private func window() {
    let process = EquispacedProcess(
      Kernel(scaled: .matern52), count: rows, spacing: 1 / Double(rows - 1), reach: 96)
    let values = Self.numbers(rows, seed: 11)
    var found: [Double]?
    let samples = measure { found = process.fitted(values, steps: 50, rate: 0.1) }
    let made = found.flatMap { process.likelihood(of: values, at: $0) }
    report(samples, likelihood: made?.value ?? .nan, gradient: 0)
  }

  /// Seconds of single runs, ascending; one that is not counted goes before.
  private func measure(_ body: () -> Void) -> [Double] {
    body()
    var samples: [Double] = []
    var spent = 0.0
    while spent < seconds || samples.count < 3 {
      let sample = ContinuousClock().measure(body) / .seconds(1)
      samples.append(sample)
      spent += sample
    }
    return samples.sorted()
  }

  private func report(_ samples: [Double], likelihood: Double, gradient: Double) {
    func milliseconds(_ seconds: Double) -> Double { (seconds * 1e6).rounded() / 1000 }
    print(
      """
      {"framework": "candlewick", "work": "\(work.rawValue)", "rows": \(rows), "threads": \(threads), \
      "median_ms": \(milliseconds(samples[samples.count / 2])), "minimum_ms": \(milliseconds(samples[0])), \
      "likelihood": \(likelihood), "gradient": \(gradient)}
      """)
  }
}
