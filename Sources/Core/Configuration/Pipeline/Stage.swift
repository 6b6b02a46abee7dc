package import Artifacts

/// The five kinds of step.
///
/// Each is a program of its own, and they meet only in artifacts.
package enum Stage: String, Sendable, CaseIterable {
  case extract, prepare, train, register, predict

  /// What each name under `reads` must be, by the stage that makes it.
  package var reads: [(name: String, from: Stage)] {
    switch self {
    case .extract: []
    case .prepare: [("series", .extract)]
    case .train: [("windows", .prepare)]
    case .register: [("model", .train)]
    case .predict: [("champion", .register), ("series", .extract)]
    }
  }

  package var writes: Manifest.Kind {
    switch self {
    case .extract: .series
    case .prepare: .windows
    case .train: .model
    case .register: .verdict
    case .predict: .forecast
    }
  }

  /// Whether the program multiplies matrices (`prepare` where Gaussian processes smooth), so that the family of kernels
  /// changes its bytes.
  package var usesKernels: Bool { self == .prepare || self == .train || self == .predict }

  /// Whether the program acts on something outside its artifact (the registry), so that going back to an earlier
  /// result takes more than a link.
  package var actsOutside: Bool { self == .register }
}
