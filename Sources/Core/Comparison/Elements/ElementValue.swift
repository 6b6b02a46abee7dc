/// An element of an array, or the size of a difference, with the type it has there.
package enum ElementValue: Sendable, Equatable, CustomStringConvertible {
  case single(Float)
  case double(Double)
  case whole(Int64)
  /// The distance of two whole numbers, which may exceed 63 bits.
  case distance(UInt64)

  /// The shortest text that gives the same number back.
  package var description: String {
    switch self {
    case .single(let value): "\(value)"
    case .double(let value): "\(value)"
    case .whole(let value): "\(value)"
    case .distance(let value): "\(value)"
    }
  }

  /// As a real number, rounded where it must be.
  package var number: Double {
    switch self {
    case .single(let value): Double(value)
    case .double(let value): value
    case .whole(let value): Double(value)
    case .distance(let value): Double(value)
    }
  }
}
