import Artifacts
import Testing

/// What `numpy.save` writes for `numpy.zeros((2, 3), "<f4")`.
private let numPyBytes: [UInt8] =
  [0x93] + Array("NUMPY".utf8) + [1, 0, 0x76, 0]
  + Array("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".utf8)
  + [UInt8](repeating: 0x20, count: 128 - 10 - 59 - 1) + [0x0A]

@Test func `A header has the bytes that NumPy writes`() {
  #expect(NumPyHeader(elementType: .float32, shape: [2, 3]).bytes == numPyBytes)
}

@Test(arguments: ElementType.allCases, [[], [0], [3], [2, 3], [1, 2, 3, 4, 5, 6, 7, 8], [.max / 16]])
func `A header is read as it is written, and the data begins at a multiple of 64`(
  type: ElementType, shape: [Int]
) throws {
  let header = NumPyHeader(elementType: type, shape: shape)
  #expect(header.bytes.count % 64 == 0)
  #expect(try NumPyHeader(parsing: header.bytes) == header)
}

@Test func `A long shape gets version 2`() throws {
  let long = [UInt8](NumPyHeader(elementType: .float64, shape: [1]).bytes)
  #expect(long[6] == 1)
}

/// A header with another dictionary, padded as it should be.
private func header(_ dictionary: String) -> [UInt8] {
  let total = (10 + dictionary.utf8.count + 1 + 63) / 64 * 64
  return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8((total - 10) & 0xFF), UInt8((total - 10) >> 8)]
    + Array(dictionary.utf8) + [UInt8](repeating: 0x20, count: total - 10 - dictionary.utf8.count - 1) + [
      0x0A
    ]
}

@Test(arguments: [
  "{'descr': '|O', 'fortran_order': False, 'shape': (3,), }",
  "{'descr': '>f8', 'fortran_order': False, 'shape': (3,), }",
  "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }",
  "{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2), }",
  "{'descr': '<f4', 'fortran_order': False, 'shape': (-3,), }",
  "{'descr': '<f4', 'fortran_order': False, 'shape': (3), }",
  "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
  "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 1, 1, 1), }",
  "{'descr': '<f4', 'fortran_order': False, }",
  "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3,), }",
  "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'x': 1}",
  "{'descr': '<f4', 'fortran_order': no, 'shape': (3,)}",
  "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), } x", "", "__import__('os').system('true')",
  "{'descr': '<f4', 'fortran_order': False, 'shape': (3.0,), }",
  "{'descr': '<f4', 'fortran_order': False, 'shape': (0x3,), }",
])
func `A header that is not exactly right is refused`(dictionary: String) {
  #expect(throws: NumPyHeader.Problem.self) { try NumPyHeader(parsing: header(dictionary)) }
}

@Test func `Another magic, version or a cut is refused`() {
  var magic = numPyBytes
  magic[1] = 0x6E
  var version = numPyBytes
  version[6] = 9
  for bytes in [magic, version, Array(numPyBytes.dropLast()), Array(numPyBytes.prefix(8)), []] {
    #expect(throws: NumPyHeader.Problem.self) { try NumPyHeader(parsing: bytes) }
  }
}

@Test func `No single byte of a header can be changed into one that reads as something else`() throws {
  let original = try NumPyHeader(parsing: numPyBytes)
  for index in numPyBytes.indices {
    for value in [0, 0x27, 0x30, 0x41, 0xFF] as [UInt8] where numPyBytes[index] != value {
      var bytes = numPyBytes
      bytes[index] = value
      guard let read = try? NumPyHeader(parsing: bytes), read != original else { continue }
      // A digit of the shape is a digit of the shape; everything else must fail.
      #expect(read.elementType == original.elementType && read.shape.count == 2)
    }
  }
}
