private import Numerics

/// A kernel over a run of distances, and its derivatives after the logarithms of its parameters, on memory that the
/// caller gives: nothing is allocated.
///
/// Each part of the expression has a run of values; derivatives go the other way through it, from what is known about
/// the whole to each part.
struct KernelRow {
  let kernel: Kernel
  /// The longest run.
  let capacity: Int
  private let memory: UnsafeMutablePointer<Double>

  /// Doubles of memory.
  static func count(_ kernel: Kernel, capacity: Int) -> Int {
    (2 * kernel.leafCount + 2 * kernel.nodes.count) * capacity
  }

  init(_ kernel: Kernel, capacity: Int, memory: UnsafeMutablePointer<Double>) {
    self.kernel = kernel
    self.capacity = capacity
    self.memory = memory
  }

  /// Where the squared distances over squared length scales of a stationary kernel go.
  @inline(__always)
  func squares(_ leaf: Int) -> UnsafeMutablePointer<Double> { memory + 2 * leaf * capacity }

  /// What the change of a stationary kernel with the logarithm of a length scale is, over the part of the squared
  /// distance that the length scale divides.
  @inline(__always)
  func changes(_ leaf: Int) -> UnsafeMutablePointer<Double> { memory + (2 * leaf + 1) * capacity }

  @inline(__always)
  private func values(_ node: Int) -> UnsafeMutablePointer<Double> {
    memory + (2 * kernel.leafCount + 2 * node) * capacity
  }

  /// The derivative of what is wanted after each value of a part.
  @inline(__always)
  func slopes(_ node: Int) -> UnsafeMutablePointer<Double> {
    memory + (2 * kernel.leafCount + 2 * node + 1) * capacity
  }

  /// Where the derivative after each value of the kernel goes before ``pull(_:_:into:)``.
  var slopes: UnsafeMutablePointer<Double> { slopes(kernel.nodes.count - 1) }

  /// The kernel at the first `count` squared distances.
  @discardableResult
  func evaluate(
    _ count: Int, _ parameters: UnsafePointer<Double>, withChanges: Bool
  ) -> UnsafeMutablePointer<Double> {
    for index in kernel.nodes.indices {
      let target = values(index)
      switch kernel.nodes[index] {
      case .scale(let parameter):
        let variance = Elementary.exp(parameters[parameter])
        for place in 0..<count { target[place] = variance }
      case .stationary(let form, _, let leaf):
        form.evaluate(squares(leaf), into: target, changes: withChanges ? changes(leaf) : nil, count)
      case .sum(let left, let right):
        let (a, b) = (values(left), values(right))
        for place in 0..<count { target[place] = a[place] + b[place] }
      case .product(let left, let right):
        let (a, b) = (values(left), values(right))
        for place in 0..<count { target[place] = a[place] * b[place] }
      }
    }
    return values(kernel.nodes.count - 1)
  }

  /// Adds Σ slope · ∂k/∂ln parameter to the gradient, for what was last evaluated with changes.
  ///
  /// A stationary kernel's slopes come out as slope · change in ``changes(_:)``; where one length scale serves all
  /// dimensions the gradient is complete, and otherwise the caller adds Σ change · (square of that dimension).
  func pull(_ count: Int, into gradient: UnsafeMutablePointer<Double>) {
    for index in kernel.nodes.indices.reversed() {
      let slope = slopes(index)
      switch kernel.nodes[index] {
      case .scale(let parameter):
        gradient[parameter] += Runs.dot(slope, values(index), count: count)
      case .stationary(_, let first, let leaf):
        let change = changes(leaf)
        for place in 0..<count { change[place] *= slope[place] }
        if !kernel.isPerDimension { gradient[first] += Runs.dot(change, squares(leaf), count: count) }
      case .sum(let left, let right):
        let (a, b) = (slopes(left), slopes(right))
        for place in 0..<count {
          a[place] = slope[place]
          b[place] = slope[place]
        }
      case .product(let left, let right):
        let (a, b) = (slopes(left), slopes(right))
        let (x, y) = (values(left), values(right))
        for place in 0..<count {
          a[place] = slope[place] * y[place]
          b[place] = slope[place] * x[place]
        }
      }
    }
  }
}

extension Kernel.Form {
  /// k at squared distances r², and, where wanted, (∂k/∂ln ℓ) / r²: 0 for Matérn ½ at distance 0.
  func evaluate(
    _ squares: UnsafeMutablePointer<Double>, into values: UnsafeMutablePointer<Double>,
    changes: UnsafeMutablePointer<Double>?, _ count: Int
  ) {
    switch self {
    case .rbf:
      for place in 0..<count { values[place] = -0.5 * squares[place] }
    case .matern12:
      for place in 0..<count { values[place] = -squares[place].squareRoot() }
    case .matern32:
      for place in 0..<count { values[place] = -(3 * squares[place]).squareRoot() }
    case .matern52:
      for place in 0..<count { values[place] = -(5 * squares[place]).squareRoot() }
    }
    Elementary.exp(UnsafeMutableBufferPointer(start: values, count: count))
    if let changes { change(squares, values, changes, count) }
    switch self {
    case .rbf, .matern12: break
    case .matern32:
      for place in 0..<count { values[place] *= 1 + (3 * squares[place]).squareRoot() }
    case .matern52:
      for place in 0..<count {
        let square = 5 * squares[place]
        values[place] *= 1 + square.squareRoot() + square * (1 / 3.0)
      }
    }
  }

  /// `decays` are the exponentials of the forms.
  private func change(
    _ squares: UnsafeMutablePointer<Double>, _ decays: UnsafeMutablePointer<Double>,
    _ changes: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    switch self {
    case .rbf:
      for place in 0..<count { changes[place] = decays[place] }
    case .matern12:
      for place in 0..<count {
        let distance = squares[place].squareRoot()
        changes[place] = distance > 0 ? decays[place] / distance : 0
      }
    case .matern32:
      for place in 0..<count { changes[place] = 3 * decays[place] }
    case .matern52:
      for place in 0..<count {
        changes[place] = 5.0 / 3 * (1 + (5 * squares[place]).squareRoot()) * decays[place]
      }
    }
  }
}
