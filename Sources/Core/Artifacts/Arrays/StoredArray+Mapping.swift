private import Glibc

extension StoredArray {
  /// Maps an array file as it is, with nothing known of it but its header and its length.
  ///
  /// No digest is looked at: this is for looking into a file, not for computing with it. Truth values are read as
  /// bytes.
  package static func mapping(_ path: String) throws(NumPyFileError) -> (elements: Self, shape: [Int]) {
    do {
      let file = try OpenFile(reading: path)
      let (header, start) = try NumPyHeader.checked(of: file)
      let type = header.elementType == .bool ? ElementType.uint8 : header.elementType
      guard type == Element.elementType else {
        throw NumPyFileError.elementType(expected: Element.elementType, found: header.elementType)
      }
      guard let count = header.elementCount, count > 0 else { return ([], header.shape) }
      let length = start + count * type.size
      let memory = try file.map(length: length)
      let base = UnsafeRawPointer(memory + start).assumingMemoryBound(to: Element.self)
      let owner = Owner(isMapped: true, release: { munmap(memory, length) })
      return (StoredArray(base: base, count: count, owner: owner), header.shape)
    } catch let error as NumPyFileError { throw error } catch let error as NumPyHeader.Problem {
      throw .header(error)
    } catch let error as DiskError { throw .disk(error) } catch {
      preconditionFailure("an unforeseen kind of error: \(error)")
    }
  }
}

extension NumPyHeader {
  /// The header of a file whose length is found to fit it.
  package static func read(_ path: String) throws(NumPyFileError) -> NumPyHeader {
    do { return try checked(of: try OpenFile(reading: path)).header } catch let error as NumPyFileError {
      throw error
    } catch let error as Problem { throw .header(error) } catch let error as DiskError {
      throw .disk(error)
    } catch { preconditionFailure("an unforeseen kind of error: \(error)") }
  }

  fileprivate static func checked(of file: borrowing OpenFile) throws -> (header: NumPyHeader, length: Int) {
    let (header, length) = try read(from: file, digesting: Hasher256())
    let expected = length + (header.elementCount ?? 0) * header.elementType.size
    let size = try file.size()
    guard expected == size else { throw NumPyFileError.length(expected: expected, found: size) }
    return (header, length)
  }
}
