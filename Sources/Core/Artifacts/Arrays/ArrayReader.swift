/// Reads an array of an artifact piece by piece, so that what is read never has to fit into memory.
///
/// Its digest is complete, and compared, when the last piece is read: until then nothing is proven. A class, because it
/// guards an open file and the digest of what was read of it.
package final class ArrayReader<Element: ArrayElement> {
  package let shape: [Int]
  private let file: OpenFile
  private let entry: Manifest.ArrayEntry
  private let step: String
  private let hasher = Hasher256()
  private var rowsLeft: Int
  /// Where the elements begin in the file, in bytes.
  let dataOffset: Int

  /// Opens an array and checks its header and its length.
  package init(_ name: String, of artifact: Artifact) throws(ArtifactError) {
    guard let entry = artifact.manifest.array(name) else {
      throw .noArray(artifact: artifact.directory, name: name)
    }
    let path = artifact.directory + "/" + entry.file
    do {
      file = try OpenFile(readingPublished: path)
      let (header, headerLength) = try NumPyHeader.read(from: file, digesting: hasher)
      guard header.elementType == Element.elementType else {
        throw NumPyFileError.elementType(expected: Element.elementType, found: header.elementType)
      }
      let expected = headerLength + (header.elementCount ?? 0) * Element.elementType.size
      let size = try file.size()
      guard expected == size else { throw NumPyFileError.length(expected: expected, found: size) }
      shape = header.shape
      dataOffset = headerLength
    } catch let error as NumPyFileError {
      throw .array(path: path, problem: error, step: artifact.step)
    } catch let error as NumPyHeader.Problem {
      throw .array(path: path, problem: .header(error), step: artifact.step)
    } catch let error as DiskError {
      throw .disk(error)
    } catch { preconditionFailure("an unforeseen kind of error: \(error)") }
    self.entry = entry
    step = artifact.step
    rowsLeft = shape.first ?? 1
  }

  /// The elements of the next rows, at most so many; empty at the end, when the digest has been found right.
  package func next(rows: Int) throws(ArtifactError) -> [Element] {
    let count = min(rows, rowsLeft) * shape.dropFirst().reduce(1, *)
    guard count > 0 else {
      try checkDigest()
      return []
    }
    rowsLeft -= min(rows, rowsLeft)
    var failure: DiskError?
    let elements = [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(DiskError) {
        try file.fill(UnsafeMutableRawBufferPointer(buffer), digesting: hasher)
        initialized = count
      } catch { failure = error }
    }
    if let failure { throw .disk(failure) }
    return elements
  }

  /// Reads what is left for its digest alone.
  func skipToEnd() throws(ArtifactError) {
    do throws(DiskError) { try file.forEachChunk { hasher.update($0) } } catch { throw .disk(error) }
    rowsLeft = 0
    try checkDigest()
  }

  /// The file's bytes as memory, to be unmapped by the caller.
  func mapFile() throws(DiskError) -> (start: UnsafeMutableRawPointer, length: Int) {
    let length = try file.size()
    return (try file.map(length: length), length)
  }

  private func checkDigest() throws(ArtifactError) {
    let found = hasher.finalize()
    guard found == entry.digest else {
      throw .digest(path: file.path, recorded: entry.digest, found: found, step: step)
    }
  }
}
