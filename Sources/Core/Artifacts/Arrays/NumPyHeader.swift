/// The header of a NumPy `.npy` file.
///
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. Written as version 1.0 (2.0
/// when the text needs it), padded so that the data begins at a multiple of 64 bytes. Read more strictly than
/// NumPy does: exactly the three keys, once each; allowed element types only; C order; no overflow.
package struct NumPyHeader: Equatable, Sendable {
  package var elementType: ElementType
  package var shape: [Int]

  package init(elementType: ElementType, shape: [Int]) {
    self.elementType = elementType
    self.shape = shape
  }

  /// Why a file is no array that may pass between stages.
  package enum Problem: Error, Equatable {
    case truncated
    case magic
    case version(major: UInt8, minor: UInt8)
    case dictionary(String)
    case elementType(String)
    case fortranOrder
    case shape(String)
  }

  /// The most dimensions that are read, and the longest header text.
  private static let dimensionLimit = 8
  private static let textLimit = 64 * 1024

  /// The number of elements, or nil when it, or their size in bytes, exceeds 63 bits.
  package var elementCount: Int? {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      count = product
    }
    return count.multipliedReportingOverflow(by: elementType.size).overflow ? nil : count
  }

  // MARK: Writing

  /// The bytes before the data, as `numpy.save` writes them.
  package var bytes: [UInt8] {
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let text = "{'descr': '\(elementType.rawValue)', 'fortran_order': False, 'shape': (\(extents)), }"
    let version1 = 10 + text.utf8.count + 1
    let padded1 = (version1 + 63) / 64 * 64
    if padded1 - 10 <= Int(UInt16.max) { return Self.header(1, lengthBytes: 2, text: text, total: padded1) }
    return Self.header(2, lengthBytes: 4, text: text, total: (version1 + 2 + 63) / 64 * 64)
  }

  private static func header(_ major: UInt8, lengthBytes: Int, text: String, total: Int) -> [UInt8] {
    let length = total - 8 - lengthBytes
    var bytes = [0x93] + Array("NUMPY".utf8) + [major, 0]
    for position in 0..<lengthBytes { bytes.append(UInt8(length >> (8 * position) & 0xFF)) }
    bytes += text.utf8
    bytes += [UInt8](repeating: 0x20, count: total - bytes.count - 1)
    return bytes + [0x0A]
  }

  // MARK: Reading

  /// How many bytes must be read to know the length of the header.
  package static let prefixLength = 12

  /// The length of header and prefix together, from the first ``prefixLength`` bytes.
  package static func length(prefix: [UInt8]) throws(Problem) -> Int {
    guard prefix.count >= 10 else { throw .truncated }
    guard prefix.starts(with: [0x93] + Array("NUMPY".utf8)) else { throw .magic }
    let (major, minor) = (prefix[6], prefix[7])
    guard (1...3).contains(major), minor == 0 else { throw .version(major: major, minor: minor) }
    if major == 1 { return 10 + Int(prefix[8]) + Int(prefix[9]) << 8 }
    guard prefix.count >= 12 else { throw .truncated }
    return 12 + (8..<12).reduce(0) { $0 + Int(prefix[$1]) << (8 * ($1 - 8)) }
  }

  /// Reads a whole header: exactly ``length(prefix:)`` bytes.
  package init(parsing bytes: [UInt8]) throws(Problem) {
    let length = try Self.length(prefix: Array(bytes.prefix(Self.prefixLength)))
    guard bytes.count == length else { throw .truncated }
    let start = bytes[6] == 1 ? 10 : 12
    guard length - start <= Self.textLimit else { throw .dictionary("longer than 64 KiB") }
    guard length % 16 == 0, bytes.last == 0x0A else { throw .dictionary("not padded to end in a line feed") }
    var scanner = DictionaryScanner(text: Array(bytes[start..<(length - 1)]))
    let fields = try scanner.fields()
    guard let type = ElementType(rawValue: fields.description) else { throw .elementType(fields.description) }
    guard !fields.isFortranOrder || fields.shape.count < 2 else { throw .fortranOrder }
    guard fields.shape.count <= Self.dimensionLimit else { throw .shape("more than 8 dimensions") }
    self.init(elementType: type, shape: fields.shape)
    guard elementCount != nil else { throw .shape("more elements than 63 bits count") }
  }
}

extension NumPyHeader.Problem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .truncated: "it ends inside the header"
    case .magic: "it is no .npy file"
    case .version(let major, let minor): "it has .npy version \(major).\(minor); 1.0 to 3.0 are read"
    case .dictionary(let problem): "its header is malformed: \(problem)"
    case .elementType(let type):
      "its elements are '\(type)'; allowed are \(ElementType.allCases.map(\.rawValue).joined(separator: " "))"
    case .fortranOrder: "it is in Fortran order; save it in C order"
    case .shape(let problem): "its shape is impossible: \(problem)"
    }
  }
}

/// Reads the dictionary literal of the header.
///
/// A grammar for exactly what NumPy writes, not a Python evaluator.
private struct DictionaryScanner {
  let text: [UInt8]
  var index = 0

  init(text: [UInt8]) { self.text = text }

  mutating func fields() throws(NumPyHeader.Problem) -> (
    description: String, isFortranOrder: Bool, shape: [Int]
  ) {
    var description: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try expect("{")
    while !take("}") {
      let key = try quoted()
      try expect(":")
      switch key {
      case "descr" where description == nil: description = try quoted()
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try truth()
      case "shape" where shape == nil: shape = try tuple()
      case "descr", "fortran_order", "shape": throw .dictionary("the key '\(key)' stands twice")
      default: throw .dictionary("the key '\(key)' is unknown")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard index == text.count else { throw .dictionary("something follows the dictionary") }
    guard let description, let isFortranOrder, let shape else { throw .dictionary("a key is missing") }
    return (description, isFortranOrder, shape)
  }

  private mutating func quoted() throws(NumPyHeader.Problem) -> String {
    skipSpace()
    guard index < text.count, text[index] == UInt8(ascii: "'") || text[index] == UInt8(ascii: "\"") else {
      throw .dictionary("a quoted text is expected at byte \(index)")
    }
    let quote = text[index]
    guard let end = text[(index + 1)...].firstIndex(of: quote) else {
      throw .dictionary("a quote is not closed")
    }
    defer { index = end + 1 }
    return String(decoding: text[(index + 1)..<end], as: UTF8.self)
  }

  private mutating func truth() throws(NumPyHeader.Problem) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)] where text[index...].starts(with: word.utf8) {
      index += word.utf8.count
      return value
    }
    throw .dictionary("True or False is expected at byte \(index)")
  }

  private mutating func tuple() throws(NumPyHeader.Problem) -> [Int] {
    try expect("(")
    var extents: [Int] = []
    while !take(")") {
      extents.append(try extent())
      if take(",") { continue }
      guard extents.count != 1 else { throw .shape("a tuple of one needs a comma") }
      try expect(")")
      break
    }
    return extents
  }

  private mutating func extent() throws(NumPyHeader.Problem) -> Int {
    skipSpace()
    let end = text[index...].firstIndex { $0 &- UInt8(ascii: "0") > 9 } ?? text.count
    guard let value = Int(String(decoding: text[index..<end], as: UTF8.self)) else {
      throw .shape(
        "'\(String(decoding: text[index..<min(index + 12, text.count)], as: UTF8.self))' is no extent")
    }
    index = end
    return value
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(NumPyHeader.Problem) {
    guard take(character) else { throw .dictionary("'\(character)' is expected at byte \(index)") }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard index < text.count, text[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func skipSpace() {
    while index < text.count, text[index] == 0x20 { index += 1 }
  }
}
