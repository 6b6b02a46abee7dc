package import Artifacts

/// The five kinds of step.
///
/// Each is a program of its own, and they meet only in artifacts.
package enum Stage: String, Sendable, CaseIterable {
  case extract, prepare, train, register, predict

  /// What a name under `reads` must be.
  package struct Input: Sendable {
    package var name: String
    /// The stage that makes it.
    package var from: Stage
    /// Whether several steps may stand there, or all instances of one.
    package var isMany = false
    /// Whether it may be left out.
    package var isOptional = false
  }

  package var reads: [Input] {
    switch self {
    case .extract: []
    case .prepare: [Input(name: "series", from: .extract)]
    case .train:
      [
        Input(name: "windows", from: .prepare),
        Input(name: "models", from: .train, isMany: true, isOptional: true),
        Input(name: "from", from: .train, isOptional: true),
        Input(name: "synthetic", from: .prepare, isOptional: true),
      ]
    case .register: [Input(name: "model", from: .train, isMany: true)]
    case .predict: [Input(name: "champion", from: .register), Input(name: "series", from: .extract)]
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
