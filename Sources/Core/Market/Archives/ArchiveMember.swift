private import CZip

/// The only file of a zip archive, inflated piece by piece.
///
/// Nothing that the archive says of itself is trusted: its layout is proven first (``ZipLayout``), its figures are
/// held against the limits, and what really comes out is counted again. The checksum is known only when
/// everything was read, so what came out earlier is good only once ``read(into:)`` has given 0.
///
/// A class, because it guards libzip's handles and the bytes under them, which must be freed exactly once.
package final class ArchiveMember {
  package let name: String
  /// The bytes that the archive promises; no more come out.
  package let size: Int
  private let limits: ZipArchive.Limits
  private let compressedSize: Int
  private let checksum: UInt32
  private let bytes: UnsafeMutableRawBufferPointer
  private var archive: OpaquePointer?
  private var file: OpaquePointer?
  private var read = 0
  private var isAtEnd = false

  /// Opens an archive that holds one file of exactly this name.
  package init(of bytes: [UInt8], named name: String, limits: ZipArchive.Limits = .standard)
    throws(ArchiveError)
  {
    let layout = try bytes.withUnsafeBufferPointer { buffer -> Result<ZipLayout, ArchiveError> in
      do throws(ArchiveError) { return .success(try ZipLayout(buffer, named: name)) } catch {
        return .failure(error)
      }
    }.get()
    try Self.check(layout, name, limits)
    self.name = name
    self.limits = limits
    size = layout.size
    compressedSize = layout.compressedSize
    checksum = layout.checksum
    // libzip keeps a pointer, and an array promises none that stays.
    self.bytes = .allocate(byteCount: max(bytes.count, 1), alignment: 8)
    self.bytes.copyBytes(from: bytes)
    try open(count: bytes.count)
  }

  deinit {
    if let file { zip_fclose(file) }
    if let archive { zip_discard(archive) }
    bytes.deallocate()
  }

  private static func check(
    _ layout: ZipLayout, _ name: String, _ limits: ZipArchive.Limits
  ) throws(ArchiveError) {
    guard layout.name.elementsEqual(name.utf8) else {
      throw .memberName(expected: name, found: String(decoding: layout.name, as: UTF8.self))
    }
    guard layout.isRegularFile else { throw .notAFile(member: name) }
    guard !layout.isEncrypted else { throw .encrypted(member: name) }
    guard layout.method == ZIP_CM_STORE || layout.method == ZIP_CM_DEFLATE else {
      throw .compression(member: name, method: layout.method)
    }
    guard layout.size <= limits.bytes else { throw .tooLarge(member: name, limit: limits.bytes) }
    guard layout.size / limits.ratio <= layout.compressedSize else {
      throw .ratio(member: name, limit: limits.ratio)
    }
  }

  private func open(count: Int) throws(ArchiveError) {
    var error = zip_error_t()
    zip_error_init(&error)
    defer { zip_error_fini(&error) }
    guard let source = zip_source_buffer_create(bytes.baseAddress, UInt64(count), 0, &error) else {
      throw damaged(&error)
    }
    archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error)
    guard let archive else {
      zip_source_free(source)
      throw damaged(&error)
    }
    try checkSameReading(archive)
    file = zip_fopen_index(archive, 0, 0)
    if file == nil { throw damaged(zip_get_error(archive)) }
  }

  /// libzip must have found the same directory as we did, wherever else the bytes look like one.
  private func checkSameReading(_ archive: OpaquePointer) throws(ArchiveError) {
    let count = Int(zip_get_num_entries(archive, 0))
    guard count == 1 else { throw .memberCount(archive: name, count) }
    var found = zip_stat_t()
    zip_stat_init(&found)
    guard zip_stat_index(archive, 0, 0, &found) == 0 else { throw damaged(zip_get_error(archive)) }
    guard found.size == UInt64(size), found.comp_size == UInt64(compressedSize), found.crc == checksum else {
      throw .layout(archive: name, "it can be read in two ways")
    }
  }

  /// Inflates the next piece into `buffer` and gives its length; 0 once all was read and its checksum is right.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
    guard let base = buffer.baseAddress, let file, !buffer.isEmpty, !isAtEnd else { return 0 }
    let count = Int(zip_fread(file, base, UInt64(buffer.count)))
    guard count >= 0 else {
      isAtEnd = true
      throw damaged(zip_file_get_error(file))
    }
    isAtEnd = count == 0
    read += count
    try checkCount()
    return count
  }

  /// The same limits again, by what really came out.
  private func checkCount() throws(ArchiveError) {
    guard read <= limits.bytes else { throw .tooLarge(member: name, limit: limits.bytes) }
    guard read / limits.ratio <= compressedSize else { throw .ratio(member: name, limit: limits.ratio) }
    guard read == size || read < size && !isAtEnd else {
      throw .damaged(member: name, "\(read) bytes came out, where \(size) are promised")
    }
  }

  private func damaged(_ error: UnsafeMutablePointer<zip_error_t>) -> ArchiveError {
    .damaged(member: name, String(cString: zip_error_strerror(error)))
  }
}
