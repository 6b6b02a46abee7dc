package import GaussianProcesses

/// How smooth a process is, as the settings of filters name it: the ν of Matérn's kernel.
package enum MaternKernel: String, Sendable, CaseIterable {
  /// ν = ½: continuous.
  case continuous = "0.5"
  /// ν = 3/2: once differentiable.
  case once = "1.5"
  /// ν = 5/2: twice differentiable.
  case twice = "2.5"

  private var form: Kernel.Form {
    switch self {
    case .continuous: .matern12
    case .once: .matern32
    case .twice: .matern52
    }
  }

  /// A process over a window of at least two values, the first at −1 and the last at 1.
  package func process(over count: Int, reach: Int = 0) -> EquispacedProcess {
    precondition(count > 1, "a process over a range needs two values, not \(count)")
    return EquispacedProcess(Kernel(scaled: form), count: count, spacing: 2 / Double(count - 1), reach: reach)
  }
}
