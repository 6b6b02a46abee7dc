private import Glibc

/// The elements of an array that nobody changes: in memory, or mapped from a published file, so that only what is
/// looked at is ever in memory.
package struct StoredArray<Element: ArrayElement>: @unchecked Sendable {
  // Unchecked, because of the pointer: what it points to lives as long as the owner and is never written.
  @usableFromInline let base: UnsafePointer<Element>
  package let count: Int
  private let owner: Owner

  /// A copy of an array.
  package init(_ values: [Element]) {
    let buffer = UnsafeMutablePointer<Element>.allocate(capacity: Swift.max(values.count, 1))
    buffer.initialize(from: values, count: values.count)
    owner = .init(release: { buffer.deallocate() })
    base = UnsafePointer(buffer)
    count = values.count
  }

  init(base: UnsafePointer<Element>, count: Int, owner: Owner) {
    self.base = base
    self.count = count
    self.owner = owner
  }

  /// A class, because it guards the memory.
  final class Owner {
    let isMapped: Bool
    private let release: () -> Void
    init(isMapped: Bool = false, release: @escaping () -> Void) {
      self.isMapped = isMapped
      self.release = release
    }
    deinit { release() }
  }

  /// The elements, good as long as this value lives.
  @inlinable package var buffer: UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(start: base, count: count)
  }
}

extension StoredArray {
  package func withUnsafeBufferPointer<Result>(
    _ body: (UnsafeBufferPointer<Element>) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(owner) { try body(buffer) }
  }
}

extension StoredArray {
  /// Forgets elements of a mapped array, which come back from the file when they are looked at again.
  package func letGo(of range: Range<Int>) {
    guard owner.isMapped else { return }
    let (first, last) = (UInt(bitPattern: base + range.lowerBound), UInt(bitPattern: base + range.upperBound))
    let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
    let start = (first + page - 1) / page * page
    let end = last / page * page
    guard start < end, let address = UnsafeMutableRawPointer(bitPattern: start) else { return }
    madvise(address, Int(end - start), MADV_DONTNEED)
  }
}

extension StoredArray: RandomAccessCollection {
  package var startIndex: Int { 0 }
  package var endIndex: Int { count }
  @inlinable package subscript(position: Int) -> Element {
    @inline(__always) get {
      precondition(position >= 0 && position < count, "element \(position) of \(count)")
      return base[position]
    }
  }
}

extension StoredArray: Equatable where Element: Equatable {
  package static func == (left: Self, right: Self) -> Bool { left.elementsEqual(right) }
}

extension StoredArray: ExpressibleByArrayLiteral {
  package init(arrayLiteral elements: Element...) { self.init(elements) }
}

extension Artifact {
  /// Maps an array after its digest and its shape were checked; nil in `shape` stands for any extent.
  ///
  /// Published files never change, so what was checked is what is read.
  package func elements<Element: ArrayElement>(
    _ name: String, of type: Element.Type = Element.self, shape: [Int?]
  ) throws(ArtifactError) -> (elements: StoredArray<Element>, shape: [Int]) {
    let reader = try ArrayReader<Element>(name, of: self)
    try check(reader.shape, against: shape, of: name)
    try reader.skipToEnd()
    do throws(DiskError) {
      return (try reader.map(), reader.shape)
    } catch { throw .disk(error) }
  }

  private func check(_ found: [Int], against shape: [Int?], of name: String) throws(ArtifactError) {
    let fits = found.count == shape.count && zip(found, shape).allSatisfy { $1 == nil || $0 == $1 }
    guard fits else {
      let expected = "[" + shape.map { $0.map(String.init) ?? "·" }.joined(separator: ", ") + "]"
      throw .shape(
        path: directory + "/" + (manifest.array(name)?.file ?? name), expected: expected, found: found)
    }
  }
}

extension ArrayReader {
  /// The whole array, mapped.
  fileprivate func map() throws(DiskError) -> StoredArray<Element> {
    let count = shape.reduce(1, *)
    guard count > 0 else { return StoredArray([]) }
    let (start, length) = try mapFile()
    let base = UnsafeRawPointer(start + dataOffset).assumingMemoryBound(to: Element.self)
    return StoredArray(
      base: base, count: count, owner: .init(isMapped: true, release: { munmap(start, length) }))
  }
}
