private import Numerics

/// A covariance function: sums and products of stationary kernels and scales, such as `scale * matern-5/2`.
///
/// Stationary kernels are functions of the distance over a length scale, one for all dimensions or one for each
/// (automatic relevance determination), and 1 at distance zero; a scale is a constant variance. Rasmussen, Williams,
/// «Gaussian processes for machine learning», chapter 4, https://gaussianprocess.org/gpml/.
package struct Kernel: Sendable, Equatable {
  /// A stationary kernel, in terms of the scaled distance r.
  package enum Form: String, Sendable, CaseIterable {
    /// e^(−r²/2).
    case rbf
    /// e^(−r): continuous.
    case matern12 = "matern-1/2"
    /// (1 + d) e^(−d), d = √3 r: once differentiable.
    case matern32 = "matern-3/2"
    /// (1 + d + d²/3) e^(−d), d = √5 r: twice differentiable.
    case matern52 = "matern-5/2"

    /// The kernel of variance 1 at a distance of `distance` length scales.
    package func covariance(_ distance: Double) -> Double {
      switch self {
      case .rbf: return Elementary.exp(-0.5 * distance * distance)
      case .matern12: return Elementary.exp(-distance)
      case .matern32:
        let x = 3.0.squareRoot() * distance
        return (1 + x) * Elementary.exp(-x)
      case .matern52:
        let x = 5.0.squareRoot() * distance
        return (1 + x + x * x / 3) * Elementary.exp(-x)
      }
    }
  }

  /// A part of the expression; parts stand behind those that they are made of.
  enum Node: Sendable, Equatable {
    /// A variance, whose logarithm is the parameter of this number.
    case scale(parameter: Int)
    /// A kernel with the logarithms of its length scales from the parameter `first` on; `leaf` counts such kernels.
    case stationary(Form, first: Int, leaf: Int)
    case sum(Int, Int)
    case product(Int, Int)
  }

  let nodes: [Node]
  /// D: how many dimensions places have.
  package let dimensions: Int
  /// Whether each dimension has a length scale of its own.
  package let isPerDimension: Bool
  /// As it was written.
  package let expression: String
  /// A name for each parameter: `scale.0`, `matern-5/2.0.length.3`.
  package let parameterNames: [String]
  /// How many stationary kernels there are.
  let leafCount: Int

  package var parameterCount: Int { parameterNames.count }
  /// Length scales of one stationary kernel.
  package var lengthsPerLeaf: Int { isPerDimension ? dimensions : 1 }

  /// Reads an expression of `scale`, `rbf`, `matern-1/2`, `matern-3/2`, `matern-5/2`, `+`, `*` and parentheses.
  package init(
    _ expression: String, dimensions: Int = 1, isPerDimension: Bool = false
  ) throws(GaussianProcessError) {
    precondition(dimensions > 0, "a kernel over \(dimensions) dimensions")
    self.dimensions = dimensions
    self.isPerDimension = isPerDimension && dimensions > 1
    self.expression = expression
    var reader = KernelReader(expression, lengthsPerLeaf: isPerDimension ? dimensions : 1)
    try reader.read()
    nodes = reader.nodes
    parameterNames = reader.parameterNames
    leafCount = reader.leafCount
    guard leafCount > 0 else {
      throw .kernel(
        expression, problem: "has no kernel that depends on the distance; write 'scale * matern-5/2'")
    }
  }

  /// A single scaled kernel of one length scale, over one dimension.
  package init(scaled form: Form) {
    nodes = [.scale(parameter: 0), .stationary(form, first: 1, leaf: 0), .product(0, 1)]
    dimensions = 1
    isPerDimension = false
    expression = "scale * \(form.rawValue)"
    parameterNames = ["scale.0", "\(form.rawValue).0.length"]
    leafCount = 1
  }

  /// The parameters that are logarithms of length scales.
  package var lengthParameters: [Int] {
    nodes.flatMap { node -> [Int] in
      guard case .stationary(_, let first, _) = node else { return [] }
      return Array(first..<first + lengthsPerLeaf)
    }
  }
}
