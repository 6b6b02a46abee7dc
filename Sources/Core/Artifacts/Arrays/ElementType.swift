/// The element types that arrays between stages may have, by their NumPy names.
package enum ElementType: String, Sendable, CaseIterable {
  case float32 = "<f4"
  case float64 = "<f8"
  case int32 = "<i4"
  case int64 = "<i8"
  case uint8 = "|u1"
  case bool = "|b1"

  /// Bytes of one element.
  package var size: Int {
    switch self {
    case .float32, .int32: 4
    case .float64, .int64: 8
    case .uint8, .bool: 1
    }
  }
}

/// A Swift type whose memory is an array element's bytes.
///
/// Little-endian machines only, which every platform of this toolchain is.
package protocol ArrayElement: BitwiseCopyable, Sendable {
  static var elementType: ElementType { get }
}

extension Float: ArrayElement { package static var elementType: ElementType { .float32 } }
extension Double: ArrayElement { package static var elementType: ElementType { .float64 } }
extension Int32: ArrayElement { package static var elementType: ElementType { .int32 } }
extension Int64: ArrayElement { package static var elementType: ElementType { .int64 } }
extension UInt8: ArrayElement { package static var elementType: ElementType { .uint8 } }
