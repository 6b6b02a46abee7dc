private import Glibc

/// An open file, closed when it goes out of scope.
package struct OpenFile: ~Copyable {
  private let descriptor: Int32
  package let path: String

  package init(reading path: String) throws(DiskError) {
    try self.init(path: path, flags: O_RDONLY, mode: 0, operation: "open")
  }

  /// A file of an artifact: links, which can be pointed anywhere, are none.
  package init(readingPublished path: String) throws(DiskError) {
    try self.init(path: path, flags: O_RDONLY | O_NOFOLLOW, mode: 0, operation: "open")
  }

  /// A new file; one that already exists is an error.
  package init(creating path: String, mode: UInt32 = 0o644) throws(DiskError) {
    try self.init(
      path: path, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode, operation: "create")
  }

  /// Whatever is there, written to from its beginning.
  package init(overwriting path: String) throws(DiskError) {
    try self.init(path: path, flags: O_WRONLY | O_TRUNC, mode: 0, operation: "open")
  }

  /// A file to add to the end of, created when it is not there.
  package init(appending path: String) throws(DiskError) {
    try self.init(path: path, flags: O_RDWR | O_CREAT | O_APPEND, mode: 0o644, operation: "open")
  }

  /// A new file that can be read and changed anywhere; one that already exists is an error.
  package init(creatingForUpdate path: String) throws(DiskError) {
    try self.init(path: path, flags: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o644, operation: "create")
  }

  /// A new file without a name, which vanishes when it is closed; `path` is where it begins its life.
  package init(temporary path: String) throws(DiskError) {
    let file = try OpenFile(creatingForUpdate: path)
    // Whoever takes the folder for what it holds must not find a file that was only passing through.
    guard unlink(path) == 0 else { throw .failed("remove", path, errno) }
    self = file
  }

  private init(path: String, flags: Int32, mode: mode_t, operation: String) throws(DiskError) {
    var descriptor: Int32
    repeat { descriptor = open(path, flags | O_CLOEXEC, mode) } while descriptor < 0 && errno == EINTR
    guard descriptor >= 0 else { throw .failed(operation, path, errno) }
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  package func size() throws(DiskError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .failed("examine", path, errno) }
    return Int(status.st_size)
  }

  /// Fills `buffer` as far as the file goes and says how many bytes that were.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(DiskError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let count = Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
      if count < 0 {
        if errno == EINTR { continue }
        throw .failed("read", path, errno)
      }
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  /// Fills `buffer` from byte `offset` on; a file that ends before that is an error.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(DiskError) {
    var filled = 0
    while filled < buffer.count {
      let count = pread(
        descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled, offset + filled)
      if count < 0 {
        if errno == EINTR { continue }
        throw .failed("read", path, errno)
      }
      guard count > 0 else { throw .changedWhileReading(path: path) }
      filled += count
    }
  }

  package func readAll(size: Int) throws(DiskError) -> [UInt8] {
    var failure: DiskError?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      do throws(DiskError) {
        count = try read(into: UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    guard bytes.count == size else { throw .changedWhileReading(path: path) }
    return bytes
  }

  /// Hands over the rest of the file in pieces that fit the processor's cache.
  package func forEachChunk(_ body: (UnsafeRawBufferPointer) -> Void) throws(DiskError) {
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { chunk.deallocate() }
    while true {
      let count = try read(into: chunk)
      if count == 0 { return }
      body(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
    }
  }

  /// The first `length` bytes as memory that is read as it is looked at; whoever asked unmaps it.
  func map(length: Int) throws(DiskError) -> UnsafeMutableRawPointer {
    let start = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let start, start != MAP_FAILED else { throw .failed("map", path, errno) }
    return start
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(DiskError) {
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      if count < 0 {
        if errno == EINTR { continue }
        throw .failed("write", path, errno)
      }
      written += count
    }
  }

  /// Writes over what stands at byte `offset`, or behind the end.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(DiskError) {
    var written = 0
    while written < bytes.count {
      let count = pwrite(
        descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written, offset + written)
      if count < 0 {
        if errno == EINTR { continue }
        throw .failed("write", path, errno)
      }
      written += count
    }
  }

  /// Cuts the file off behind its first `size` bytes.
  package func truncate(to size: Int) throws(DiskError) {
    guard ftruncate(descriptor, size) == 0 else { throw .failed("truncate", path, errno) }
  }

  /// Has the disk begin with what was written so far, so that less is left for ``synchronize()``.
  package func beginWriting(from offset: Int, count: Int) {
    // A hint only: what it says is not needed starts on its way to the disk, and stays in memory until it is there.
    // Whether all of it got there, synchronize() says.
    _ = posix_fadvise(descriptor, offset, count, POSIX_FADV_DONTNEED)
  }

  package func write(_ bytes: [UInt8]) throws(DiskError) {
    let failure = bytes.withUnsafeBytes { buffer -> DiskError? in
      do throws(DiskError) { try write(buffer) } catch { return error }
      return nil
    }
    if let failure { throw failure }
  }

  /// Makes the bytes durable.
  ///
  /// After an error the file is lost and must be written anew: a second `fsync` would claim a success that
  /// never was (Rebello et al., USENIX ATC 2020).
  package func synchronize() throws(DiskError) {
    guard Durability.isWanted else { return }
    guard fsync(descriptor) == 0 else { throw .failed("sync", path, errno) }
  }

  /// Takes the exclusive lock of this file, or says that another process has it.
  package func tryLock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

  /// Waits for the exclusive lock of this file.
  ///
  /// The kernel gives it back when the process ends, however it ends.
  package func lock() throws(DiskError) {
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw .failed("lock", path, errno) }
    }
  }
}
