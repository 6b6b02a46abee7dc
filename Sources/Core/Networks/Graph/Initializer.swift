private import Numerics

/// How a parameter begins.
package enum Initializer: Sendable, Equatable {
  case constant(Float)
  /// Uniform in ±bound.
  case uniform(bound: Float)
  case normal(deviation: Float)
  /// Values that are known: bases, codes.
  case values([Float])

  /// Uniform in ±1/√inputs, as PyTorch begins its linear layers and recurrent ones.
  package static func inverseRoot(of inputs: Int) -> Initializer {
    .uniform(bound: 1 / Float(max(inputs, 1)).squareRoot())
  }

  /// Glorot and Bengio, «Understanding the difficulty of training deep feedforward neural networks», AISTATS 2010.
  package static func glorot(inputs: Int, outputs: Int) -> Initializer {
    .uniform(bound: (6 / Float(max(inputs + outputs, 1))).squareRoot())
  }

  /// The first elements of the parameter `name`; a function of seed, name and `draw` alone, so that a block added
  /// elsewhere changes nothing here.
  package func elements(count: Int, name: String, seed: UInt64, draw: Int = 0) -> [Float] {
    let stream = RandomStream(seed: seed, purpose: "initial " + name, lane: draw)
    switch self {
    case .constant(let value): return [Float](repeating: value, count: count)
    case .uniform(let bound):
      return (0..<count).map { Float(stream.uniform(at: $0, from: -Double(bound), to: Double(bound))) }
    case .normal(let deviation): return (0..<count).map { Float(stream.normal(at: $0)) * deviation }
    case .values(let values):
      precondition(values.count == count, "\(values.count) values for a parameter of \(count)")
      return values
    }
  }
}
