private import Glibc

/// Writes one array of a known shape piece by piece, so that what is written never has to fit into memory.
///
/// A class, because it guards an open file and the digest of what went into it.
package final class ArrayWriter<Element: ArrayElement> {
  private let header: NumPyHeader
  private let entry: Manifest.ArrayEntry
  private let file: OpenFile
  private let hasher = Hasher256()
  private let register: (Manifest.ArrayEntry) -> Void
  private var written = 0

  init(
    path: String, name: String, shape: [Int], axes: [String], unit: String,
    register: @escaping (Manifest.ArrayEntry) -> Void
  ) throws(DiskError) {
    precondition(shape.count == axes.count, "\(name): axes \(axes) do not name the dimensions of \(shape)")
    header = NumPyHeader(elementType: Element.elementType, shape: shape)
    entry = Manifest.ArrayEntry(
      name: name, file: Disk.lastComponent(of: path), elementType: Element.elementType, shape: shape,
      axes: axes,
      unit: unit, digest: Digest(of: ""))
    file = try OpenFile(creating: path)
    self.register = register
    try write(header.bytes)
  }

  /// Adds elements behind those already written, in C order.
  package func append(_ elements: UnsafeBufferPointer<Element>) throws(DiskError) {
    let bytes = UnsafeRawBufferPointer(elements)
    hasher.update(bytes)
    try file.write(bytes)
    written += elements.count
  }

  package func append(_ elements: [Element]) throws(DiskError) {
    let failure = elements.withUnsafeBufferPointer { buffer -> DiskError? in
      do throws(DiskError) { try append(buffer) } catch { return error }
      return nil
    }
    if let failure { throw failure }
  }

  /// Syncs the file and enters it into the manifest.
  package func finish() throws(DiskError) {
    precondition(
      written == header.elementCount,
      "\(entry.name): \(written) elements do not fill the shape \(header.shape)")
    try file.synchronize()
    var entry = entry
    entry.digest = hasher.finalize()
    register(entry)
  }

  private func write(_ bytes: [UInt8]) throws(DiskError) {
    bytes.withUnsafeBytes { hasher.update($0) }
    try file.write(bytes)
  }
}
