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
  /// Bytes in the file, and how many of them are on their way to the disk.
  private var bytes = 0
  private var begun = 0

  /// So many bytes are handed to the disk at a time while more are written.
  private static var writeBehind: Int { 8 << 20 }

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
    try write(UnsafeRawBufferPointer(elements))
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
    let failure = bytes.withUnsafeBytes { bytes -> DiskError? in
      do throws(DiskError) { try write(bytes) } catch { return error }
      return nil
    }
    if let failure { throw failure }
  }

  private func write(_ piece: UnsafeRawBufferPointer) throws(DiskError) {
    hasher.update(piece)
    try file.write(piece)
    bytes += piece.count
    guard bytes - begun >= Self.writeBehind else { return }
    file.beginWriting(from: begun, count: bytes - begun)
    begun = bytes
  }
}
