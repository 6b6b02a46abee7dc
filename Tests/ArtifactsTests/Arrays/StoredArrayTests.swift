import Artifacts
import TestSupport
import Testing

private func publish(_ values: [Double], shape: [Int], in folder: TemporaryFolder) throws -> Artifact {
  try folder.publish(.windows, step: "windows") { publication in
    try publication.write("values", values, shape: shape, axes: shape.map { _ in "n" })
    return [:]
  }
}

@Test(arguments: [0, 1, 2, 511, 512, 513, 100_000])
func `A mapped array has the elements that were written`(count: Int) throws {
  let folder = TemporaryFolder()
  let values = (0..<count).map { Double($0) / 7 - 3 }
  let (mapped, shape): (StoredArray<Double>, [Int]) = try publish(values, shape: [count], in: folder)
    .elements("values", shape: [nil])
  #expect(shape == [count] && mapped.count == count && Array(mapped) == values)
  #expect(mapped == StoredArray(values))
  #expect(mapped.buffer.elementsEqual(values))
}

@Test func `An array in memory is a copy: what it was made of may change`() {
  var values = [1.0, 2, 3]
  let stored = StoredArray(values)
  values[0] = 9
  #expect(Array(stored) == [1, 2, 3] && stored != StoredArray(values))
  #expect(StoredArray<Float>([]).isEmpty)
  let literal: StoredArray<Int64> = [4, 5]
  #expect(literal.map { $0 } == [4, 5])
}

@Test func `A mapped array outlives the artifact and the file's name`() throws {
  let folder = TemporaryFolder()
  let values = (0..<10_000).map(Double.init)
  let mapped: StoredArray<Double> = try publish(values, shape: [10_000], in: folder)
    .elements("values", shape: [nil]).elements
  Disk.remove(folder.path)
  #expect(Array(mapped) == values)
}

@Test func `What was let go of comes back when it is looked at again`() throws {
  let folder = TemporaryFolder()
  let values = (0..<20_000).map(Double.init)
  let mapped: StoredArray<Double> = try publish(values, shape: [20_000], in: folder)
    .elements("values", shape: [nil]).elements
  for range in [0..<20_000, 0..<0, 5..<6, 19_999..<20_000, 100..<15_000] {
    mapped.letGo(of: range)
    #expect(Array(mapped) == values)
  }
  let inMemory = StoredArray(values)
  inMemory.letGo(of: 0..<20_000)
  #expect(Array(inMemory) == values)
}

@Test(
  arguments: [
    ([3, 4], "[3, 4]", true), ([nil, 4], "", true), ([nil, nil], "", true), ([4, 3], "[4, 3]", false),
    ([12], "[12]", false), ([nil, 5], "[·, 5]", false),
  ] as [([Int?], String, Bool)])
func `An array of another shape is refused with both shapes`(shape: [Int?], words: String, fits: Bool) throws
{
  let folder = TemporaryFolder()
  let artifact = try publish((0..<12).map(Double.init), shape: [3, 4], in: folder)
  func read() throws -> [Int] { try artifact.elements("values", of: Double.self, shape: shape).shape }
  if fits {
    #expect(try read() == [3, 4])
  } else {
    let error = #expect(throws: ArtifactError.self) { try read() }
    #expect(error?.description.contains(words) == true && error?.description.contains("[3, 4]") == true)
  }
}

@Test func `An array of another type, or damaged on the disk, is not mapped`() throws {
  let folder = TemporaryFolder()
  let artifact = try publish((0..<600).map(Double.init), shape: [600], in: folder)
  #expect(throws: ArtifactError.self) { try artifact.elements("values", of: Float.self, shape: [nil]) }
  #expect(throws: ArtifactError.self) { try artifact.elements("value", of: Double.self, shape: [nil]) }
  let name = String(artifact.directory.dropFirst(folder.path.count + 1)) + "/values.npy"
  try folder.flipBit(2, ofByte: 3000, in: name)
  let error = #expect(throws: ArtifactError.self) {
    try artifact.elements("values", of: Double.self, shape: [nil])
  }
  #expect(error?.description.contains("is damaged") == true)
}
