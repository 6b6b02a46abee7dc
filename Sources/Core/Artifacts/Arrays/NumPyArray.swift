/// An array as it lies in an `.npy` file: its elements in C order and its shape.
package struct NumPyArray<Element: ArrayElement>: Sendable {
  /// The elements in C order (last dimension fastest).
  package var values: [Element]
  package var shape: [Int]

  package init(_ values: [Element], shape: [Int]) {
    precondition(
      values.count == shape.reduce(1, *), "\(values.count) elements do not fill the shape \(shape)")
    self.values = values
    self.shape = shape
  }

  /// A vector.
  package init(_ values: [Element]) { self.init(values, shape: [values.count]) }
}

extension NumPyArray: Equatable where Element: Equatable {}

/// Why a file could not be read as the array it should be.
package enum NumPyFileError: Error, Equatable, CustomStringConvertible {
  case header(NumPyHeader.Problem)
  case length(expected: Int, found: Int)
  case elementType(expected: ElementType, found: ElementType)
  case disk(DiskError)

  package var description: String {
    switch self {
    case .header(let problem): "\(problem)"
    case .length(let expected, let found) where found < expected:
      "it is truncated: \(found) bytes instead of \(expected)"
    case .length(let expected, let found):
      "\(found - expected) bytes follow the data: \(found) bytes instead of \(expected)"
    case .elementType(let expected, let found): "its elements are \(found.rawValue), not \(expected.rawValue)"
    case .disk(let error): "\(error)"
    }
  }
}

extension NumPyArray {
  /// Reads an array and the digest of the whole file in one pass.
  ///
  /// Sizes are checked against the file before anything is allocated.
  package static func read(_ path: String) throws(NumPyFileError) -> (array: NumPyArray, digest: Digest) {
    do {
      let file = try OpenFile(readingPublished: path)
      let size = try file.size()
      let hasher = Hasher256()
      let (header, headerLength) = try NumPyHeader.read(from: file, digesting: hasher)
      guard header.elementType == Element.elementType else {
        throw NumPyFileError.elementType(expected: Element.elementType, found: header.elementType)
      }
      let count = header.elementCount ?? 0
      let expected = headerLength + count * Element.elementType.size
      guard expected == size else { throw NumPyFileError.length(expected: expected, found: size) }
      let values = try [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
        try file.fill(UnsafeMutableRawBufferPointer(buffer), digesting: hasher)
        initialized = count
      }
      return (NumPyArray(values, shape: header.shape), hasher.finalize())
    } catch let error as NumPyFileError {
      throw error
    } catch let error as NumPyHeader.Problem {
      throw .header(error)
    } catch let error as DiskError {
      throw .disk(error)
    } catch {
      preconditionFailure("an unforeseen kind of error: \(error)")
    }
  }
}

extension NumPyHeader {
  static func read(
    from file: borrowing OpenFile, digesting hasher: Hasher256
  ) throws -> (header: NumPyHeader, length: Int) {
    var bytes = [UInt8](repeating: 0, count: prefixLength)
    let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
    let length = try length(prefix: Array(bytes[..<count]))
    guard length >= prefixLength, try length <= file.size() else { throw Problem.truncated }
    var rest = [UInt8](repeating: 0, count: length - prefixLength)
    let restCount = try rest.withUnsafeMutableBytes { try file.read(into: $0) }
    guard restCount == rest.count else { throw Problem.truncated }
    bytes += rest
    bytes.withUnsafeBytes { hasher.update($0) }
    return (try NumPyHeader(parsing: bytes), length)
  }
}

extension OpenFile {
  /// Reads exactly the buffer, piece by piece, so that each piece is digested while the cache still has it.
  func fill(_ buffer: UnsafeMutableRawBufferPointer, digesting hasher: Hasher256)
    throws(DiskError)
  {
    var offset = 0
    while offset < buffer.count {
      let piece = UnsafeMutableRawBufferPointer(
        rebasing: buffer[offset..<min(offset + (1 << 18), buffer.count)])
      guard try read(into: piece) == piece.count else { throw .changedWhileReading(path: path) }
      hasher.update(UnsafeRawBufferPointer(piece))
      offset += piece.count
    }
  }
}
