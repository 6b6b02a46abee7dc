import Artifacts
import TestSupport
import Testing

private func write<Element: ArrayElement>(_ values: [Element], shape: [Int], in folder: TemporaryFolder)
  throws -> String
{
  let path = folder.path + "/x.npy"
  let bytes =
    NumPyHeader(elementType: Element.elementType, shape: shape).bytes + values.withUnsafeBytes { Array($0) }
  Disk.remove(path)
  try Disk.create(path, contents: bytes)
  return path
}

@Test(arguments: [[0], [1], [3, 4], [2, 0, 5], []])
func `An array is read as it was written, with the digest of its file`(shape: [Int]) throws {
  let folder = TemporaryFolder()
  let count = shape.reduce(1, *)
  func check<Element: ArrayElement & Equatable>(_ values: [Element]) throws {
    let path = try write(values, shape: shape, in: folder)
    let (array, digest) = try NumPyArray<Element>.read(path)
    #expect(array == NumPyArray(values, shape: shape))
    #expect(digest == (try Disk.digest(of: path)))
  }
  try check((0..<count).map { Float($0) / 3 })
  try check((0..<count).map { Double($0) / 3 })
  try check((0..<count).map { Int32($0) - 5 })
  try check((0..<count).map { Int64($0) << 40 })
  try check((0..<count).map { UInt8($0) })
}

@Test func `A truncated array, trailing bytes and another type are refused`() throws {
  let folder = TemporaryFolder()
  let path = try write([1.5, 2.5] as [Double], shape: [2], in: folder)
  #expect(throws: NumPyFileError.elementType(expected: .float32, found: .float64)) {
    try NumPyArray<Float>.read(path)
  }
  try folder.truncate("x.npy", to: 140)
  #expect(throws: NumPyFileError.length(expected: 144, found: 140)) { try NumPyArray<Double>.read(path) }
  Disk.remove(path)
  try Disk.create(
    path, contents: NumPyHeader(elementType: .float64, shape: [1]).bytes + [UInt8](repeating: 0, count: 9))
  #expect(throws: NumPyFileError.length(expected: 136, found: 137)) { try NumPyArray<Double>.read(path) }
}

@Test func `A shape far beyond the file is refused before anything is allocated`() throws {
  let folder = TemporaryFolder()
  let path = folder.path + "/x.npy"
  try Disk.create(path, contents: NumPyHeader(elementType: .float64, shape: [1 << 58]).bytes)
  #expect(throws: NumPyFileError.self) { try NumPyArray<Double>.read(path) }
}

@Test func `A missing file is said to be missing`() {
  #expect(throws: NumPyFileError.self) { try NumPyArray<Double>.read("/nowhere/x.npy") }
}
