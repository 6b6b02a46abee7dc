import Artifacts
import Configuration
import GaussianProcesses
import Numerics
import StageKit
import Tensors

/// A Gaussian process as it was fitted, and how that went.
struct ProcessRecord {
  let model: GaussianProcessModel
  /// Of one over the training windows.
  var fit: GaussianProcess.Fit?
  /// Of one a window.
  var starts: [WindowProcesses.Start] = []
}

extension Blueprint.GaussianProcess {
  /// Fits what the settings ask for to a table's training windows.
  func fitted(to table: WindowTable, work: StageWork) throws -> ProcessRecord {
    let method: Ascent.Method = optimizer == .adam ? .adam(rate: rate) : .quasiNewton
    do {
      switch refit {
      case .window:
        let (processes, starts) = try WindowProcesses.learning(
          kernel: try Kernel(kernel), method: method, steps: steps, windows: startWindows, from: table)
        return ProcessRecord(model: .windows(processes), starts: starts)
      case .never:
        let (process, fit) = try RowProcess.fit(
          kernel: kernel, lengthPerInput: lengthScales == .each, method: method, steps: steps, rows: rows,
          memory: memory << 20, subtractsLast: subtractLast, to: table, threads: work.threads
        ) { work.progress.show("evaluating the likelihood", done: $0, of: max(steps, $0)) }
        return ProcessRecord(model: .rows(process), fit: fit)
      }
    } catch let error as GaussianProcessError {
      let place: Place? =
        switch error {
        case .kernel: kernelPlace
        case .memory: rowsPlace
        case .indefinite, .data, .unsuitable: nil
        }
      guard let place else { throw error }
      throw TrainError.process(place, error)
    }
  }
}

extension Blueprint.KernelRegression {
  /// Chooses a bandwidth for a table's training windows.
  func fitted(
    to table: WindowTable, work: StageWork
  ) throws -> (KernelRegression, [KernelRegression.Trial]) {
    guard let kernel = RegressionKernel(rawValue: kernel.rawValue) else {
      preconditionFailure("settings name the kernels that there are")
    }
    let bounds = lipschitz.map { KernelRegression.BoundSettings(lipschitz: $0, noise: noise, delta: delta) }
    return try KernelRegression.fit(
      kernel: kernel, bandwidths: bandwidths, rows: rows, subtractsLast: subtractLast, bounds: bounds,
      to: table,
      threads: work.threads
    ) { work.progress.show("trying bandwidths", done: $0, of: $1) }
  }
}

extension ProcessRecord {
  /// The parameters in their own units, by name.
  private var parameters: [String: JSON] {
    guard case .rows(let process) = model else { return [:] }
    let names = process.kernel.parameterNames + ["noise"]
    return Dictionary(
      uniqueKeysWithValues: zip(names, process.parameters.map { JSON.number(Elementary.exp($0)) }))
  }

  /// Of one over the training windows how it was fitted, of one a window what its forecasts took so far.
  var facts: [String: JSON] {
    guard case .windows(let processes) = model else {
      guard let fit else { return [:] }
      return [
        "likelihood": .number(fit.likelihood), "jitter": .number(fit.jitter),
        "greatestJitter": .number(fit.greatestJitter), "evaluations": JSON(fit.evaluations),
        "stop": .string(fit.stop.rawValue), "hyperParameters": .object(parameters),
      ]
    }
    let total = processes.jitters.total
    return [
      "fits": JSON(total.fits), "mendedFits": JSON(total.mended), "greatestJitter": .number(total.greatest),
    ]
  }

  /// One row a step of the fit, or one a target of where fits begin.
  var history: (columns: [String], rows: [[Double]]) {
    guard case .windows(let processes) = model else {
      let rows = (fit?.path ?? []).enumerated().map { [Double($0), $1.value, $1.jitter] }
      return (["step", "likelihood", "jitter"], rows)
    }
    let names = processes.kernel.parameterNames + ["noise"]
    return (
      ["target", "windows", "likelihood"] + names + ["mean"],
      starts.map { start in
        let natural = start.parameters.dropLast().map { Elementary.exp($0) }
        return [Double(start.target), Double(start.windows), start.likelihood] + natural
          + start.parameters.suffix(1)
      }
    )
  }

  /// What a person wants to know at once.
  var summary: [String] {
    switch model {
    case .rows(let process):
      guard let fit else { return [] }
      return [
        """
        ln p = \(DecimalNumber.readable([fit.likelihood])[0]) over \(process.inputs.rows) windows after \
        \(fit.evaluations) evaluations (\(fit.stop.rawValue))
        """
      ]
    case .windows: return ["a process for each window and target, fitted when it is asked"]
    }
  }

  /// What should not be overlooked.
  var warnings: [String] {
    if case .windows(let processes) = model {
      let total = processes.jitters.total
      guard total.mended > 0 else { return [] }
      return [
        """
        the kernel matrices of \(total.mended) of \(total.fits) windows and targets were nearly singular: up to \
        \(total.greatest) was added to their diagonals
        """
      ]
    }
    guard let fit, fit.greatestJitter > 0 else { return [] }
    return [
      """
      the kernel matrix was nearly singular: up to \(fit.greatestJitter) was added to its diagonal on the way, and \
      \(fit.jitter) at the parameters that were kept
      """
    ]
  }
}

extension [KernelRegression.Trial] {
  static var columns: [String] { ["bandwidth", "validation/mse", "empty", "windows", "chosen"] }

  var summary: [String] {
    filter(\.isChosen).map { chosen in
      let all = map(\.bandwidth)
      let isEdge = count > 1 && (chosen.bandwidth == all.max() || chosen.bandwidth == all.min())
      return "bandwidth \(chosen.bandwidth) chosen by validation"
        + (isEdge ? ", at the edge of the \(count) tried" : "")
    }
  }

  var warnings: [String] {
    filter { $0.isChosen && $0.empty > 0 }.map { chosen in
      """
      \(chosen.empty) of \(chosen.windows) validation windows have no training window within the bandwidth \
      \(chosen.bandwidth); the nearest one's future is their forecast
      """
    }
  }
}

extension KernelRegression.Trial {
  var row: [Double] { [bandwidth, validationError, Double(empty), Double(windows), isChosen ? 1 : 0] }
}
