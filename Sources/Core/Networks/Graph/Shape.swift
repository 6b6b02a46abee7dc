/// The lengths of a tensor's axes, outermost first.
///
/// The first axis counts samples wherever a network works on samples.
package struct Shape: Sendable, Equatable, ExpressibleByArrayLiteral, CustomStringConvertible {
  package let axes: [Int]

  package init(_ axes: [Int]) { self.axes = axes }
  package init(arrayLiteral axes: Int...) { self.axes = axes }

  /// How many elements.
  package var count: Int { axes.reduce(1, *) }
  package var rank: Int { axes.count }
  /// The length of the innermost axis; 1 for a single number.
  package var last: Int { axes.last ?? 1 }
  /// How many runs of ``last`` elements.
  package var rows: Int { axes.dropLast().reduce(1, *) }

  package subscript(axis: Int) -> Int { axes[axis] }

  /// The same axes with another innermost one.
  package func replacingLast(_ length: Int) -> Shape { Shape(axes.dropLast() + [length]) }

  package var description: String { "[" + axes.map(String.init).joined(separator: ", ") + "]" }
}

/// A value of a graph: the handle that blocks pass on.
///
/// Two nodes may stand for the same memory under different shapes; see ``Graph/reshape(_:_:)``.
package struct Node: Sendable {
  let value: Int
  package let shape: Shape
}
