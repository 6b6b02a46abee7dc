package import Artifacts

/// Why a Gaussian process, or a regression by kernels, cannot be set up or fitted.
package enum GaussianProcessError: Failure, Equatable {
  /// An expression that is no kernel.
  case kernel(String, problem: String)
  /// More rows than the memory holds.
  case memory(rows: Int, copies: Int, allowedBytes: Int)
  /// A kernel matrix that stays indefinite with a share `jitter` of its mean diagonal added.
  case indefinite(rows: Int, jitter: Double)
  case data(String)
  /// A model that these windows do not allow.
  case unsuitable(String)

  package var exitStatus: ExitStatus {
    switch self {
    case .kernel, .memory, .unsuitable: .usage
    case .indefinite, .data: .badData
    }
  }

  /// Bytes of square matrices of doubles.
  package static func bytes(rows: Int, copies: Int) -> Int { rows * rows * 8 * copies }

  /// How many rows `copies` matrices within `bytes` can have.
  package static func rows(within bytes: Int, copies: Int) -> Int {
    var rows = Int((Double(bytes) / Double(8 * copies)).squareRoot())
    while Self.bytes(rows: rows, copies: copies) > bytes { rows -= 1 }
    return rows
  }

  package var description: String {
    switch self {
    case .kernel(let text, let problem): "the kernel '\(text)' \(problem)"
    case .memory(let rows, let copies, let allowed):
      """
      an exact Gaussian process over \(rows) rows needs \(rows)² · 8 bytes · \(copies) matrices = \
      \((Self.bytes(rows: rows, copies: copies) + (1 << 20) - 1) >> 20) MiB, of \(allowed >> 20) MiB allowed; set rows: \
      \(Self.rows(within: allowed, copies: copies)) or less, which takes the newest, or memory: \
      \((Self.bytes(rows: rows, copies: copies) + (1 << 20) - 1) >> 20) if the machine has it
      """
    case .indefinite(let rows, let jitter):
      """
      the kernel matrix of \(rows) rows is not positive definite even with \(jitter) of its mean diagonal added; are there \
      numbers among the inputs that are not finite, or is the noise far too small?
      """
    case .data(let problem), .unsuitable(let problem): problem
    }
  }
}
