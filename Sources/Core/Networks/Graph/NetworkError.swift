package import Artifacts

/// Why a network cannot be built or trained.
package enum NetworkError: Failure, Equatable {
  /// A block got what it cannot take.
  case shape(path: String, problem: String)
  case unknownBlock(path: String, name: String, known: [String])
  case setting(path: String, name: String, problem: String)
  case diverged(epoch: Int, step: Int, learningRate: Double, kept: Int?)
  /// Windows or values that cannot be trained on; `path` is the setting that asks for others.
  case data(String, path: String? = nil)

  package var exitStatus: ExitStatus {
    switch self {
    case .shape, .unknownBlock, .setting: .usage
    case .diverged, .data: .badData
    }
  }

  /// The path of the block that is at fault.
  package var path: String? {
    switch self {
    case .shape(let path, _), .unknownBlock(let path, _, _), .setting(let path, _, _): path
    case .data(_, let path): path
    case .diverged: nil
    }
  }

  package var description: String {
    switch self {
    case .shape(let path, let problem):
      path.hasPrefix("training")
        ? "\(path): \(problem)" : "block \(path.isEmpty ? "network" : path): \(problem)"
    case .unknownBlock(let path, let name, let known):
      "\(path): there is no block '\(name)'; there are \(known.joined(separator: ", "))"
    case .setting(let path, let name, let problem): "\(path): '\(name)' \(problem)"
    case .diverged(let epoch, let step, let learningRate, let kept):
      """
      training diverged: the loss of step \(step), in epoch \(epoch), is not a finite number at a learning rate of \
      \(learningRate); \(kept.map { "the best checkpoint is that of epoch \($0)" } ?? "no epoch was completed"); \
      lower learning_rate, or clip gradients with clip: 1
      """
    case .data(let problem, _): problem
    }
  }
}
