private import Glibc

/// Files and folders through the system's own calls.
///
/// Publishing needs what no library here gives: `fsync` of files and of the folder that names them, exclusive
/// renames, and an error that says which call failed on which path.
package enum Disk {
  /// Whether something is at `path` (a dangling link counts as nothing).
  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  package static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether something is at `path` that is no plain file: a link, a device, a pipe, a folder.
  package static func isSpecial(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
  }

  /// The size of a file in bytes, or nil when there is none.
  package static func size(of path: String) -> Int? { FileStamp(of: path).map { Int($0.size) } }

  /// The size of an artifact's file; nil when there is none, or a link in its place.
  package static func size(ofPublished path: String) -> Int? {
    FileStamp(ofPublished: path).map { Int($0.size) }
  }

  /// All bytes of a file of at most `limit` bytes.
  package static func read(_ path: String, limit: Int = .max) throws(DiskError) -> [UInt8] {
    try read(try OpenFile(reading: path), limit: limit)
  }

  /// All bytes of an artifact's file.
  package static func read(published path: String, limit: Int = .max) throws(DiskError) -> [UInt8] {
    try read(try OpenFile(readingPublished: path), limit: limit)
  }

  private static func read(_ file: borrowing OpenFile, limit: Int) throws(DiskError) -> [UInt8] {
    let size = try file.size()
    guard size <= limit else { throw .tooLarge(path: file.path, bytes: size, limit: limit) }
    return try file.readAll(size: size)
  }

  /// The SHA-256 of a file's bytes.
  package static func digest(of path: String) throws(DiskError) -> Digest {
    try digest(try OpenFile(reading: path))
  }

  /// The SHA-256 of the bytes of an artifact's file.
  package static func digest(ofPublished path: String) throws(DiskError) -> Digest {
    try digest(try OpenFile(readingPublished: path))
  }

  private static func digest(_ file: borrowing OpenFile) throws(DiskError) -> Digest {
    let hasher = Hasher256()
    try file.forEachChunk { hasher.update($0) }
    return hasher.finalize()
  }

  /// Creates a file that must not exist yet, writes it whole and syncs it.
  package static func create(
    _ path: String, contents: [UInt8], mode: UInt32 = 0o644, isDurable: Bool = true
  ) throws(DiskError) {
    let file = try OpenFile(creating: path, mode: mode)
    try file.write(contents)
    if isDurable { try file.synchronize() }
  }

  /// Puts a file in place of another, so that a reader sees the old bytes or the new ones, never half of them.
  ///
  /// What is disposable need not be durable: then a loss of power may leave anything in it.
  package static func replace(
    _ path: String, contents: [UInt8], isDurable: Bool = true
  ) throws(DiskError) {
    removeAbandoned(beside: path)
    let aside = path + ".new-\(getpid())"
    unlink(aside)
    do throws(DiskError) {
      let file = try OpenFile(creating: aside)
      // The lock says that somebody is still at it; it is no matter when a file system has none.
      _ = file.tryLock()
      try file.write(contents)
      if isDurable { try file.synchronize() }
      try rename(aside, to: path)
    } catch {
      unlink(aside)
      throw error
    }
    if isDurable { try synchronizeDirectory(parent(of: path)) }
  }

  /// Removes what writers that were killed in the middle of ``replace(_:contents:)`` left beside `path`: nobody holds
  /// its lock.
  private static func removeAbandoned(beside path: String) {
    let (folder, prefix) = (parent(of: path), lastComponent(of: path) + ".new-")
    for name in names(in: folder.isEmpty ? "." : folder) where name.hasPrefix(prefix) {
      guard let file = try? OpenFile(reading: join(folder, name)), file.tryLock() else { continue }
      unlink(file.path)
    }
  }

  /// Makes a folder and all those above it.
  package static func createDirectory(_ path: String) throws(DiskError) {
    guard let code = makeDirectory(path) else { return }
    guard code == ENOENT, !parent(of: path).isEmpty else { throw .failed("create folder", path, code) }
    try createDirectory(parent(of: path))
    if let code = makeDirectory(path) { throw .failed("create folder", path, code) }
  }

  /// Makes one folder; gives what went wrong, unless the folder is there.
  private static func makeDirectory(_ path: String) -> Int32? {
    if mkdir(path, 0o777) == 0 { return nil }
    let code = errno
    return isDirectory(path) ? nil : code
  }

  package static func rename(_ path: String, to target: String) throws(DiskError) {
    guard Glibc.rename(path, target) == 0 else { throw .failed("rename to \(target)", path, errno) }
  }

  /// Renames a folder unless the target is a folder that has something in it, which the kernel itself refuses;
  /// says whether it did.
  package static func renameFolderExclusively(_ path: String, to target: String) throws(DiskError) -> Bool {
    if Glibc.rename(path, target) == 0 { return true }
    if errno == EEXIST || errno == ENOTEMPTY { return false }
    throw .failed("rename to \(target)", path, errno)
  }

  /// Gives a file a second name; copies it where the file system cannot.
  package static func linkOrCopy(_ path: String, to target: String) throws(DiskError) {
    if link(path, target) == 0 { return }
    guard [EXDEV, EPERM, EMLINK, ENOTSUP].contains(errno) else {
      throw .failed("link to \(target)", path, errno)
    }
    try create(target, contents: try read(path), mode: 0o444)
  }

  /// Cuts a file off behind its first `size` bytes.
  package static func truncate(_ path: String, to size: Int) throws(DiskError) {
    guard Glibc.truncate(path, size) == 0 else { throw .failed("truncate", path, errno) }
  }

  /// What a symbolic link points to, or nil when `path` is none.
  package static func destination(ofLink path: String) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
      guard let start = buffer.baseAddress else { return nil }
      let count = readlink(path, start, buffer.count)
      return count > 0
        ? String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self) : nil
    }
  }

  /// Points a symbolic link elsewhere in one step: made aside, then renamed over the old one.
  ///
  /// All writers use the same place aside, so that what a killed one left is taken away by the next. When two meet
  /// there, the one that finds its link gone makes it anew: the later one wins, as if they had come one by one.
  package static func replaceLink(
    _ path: String, destination: String, isDurable: Bool = true
  ) throws(DiskError) {
    let aside = path + ".new"
    var attempt = 0
    while true {
      attempt += 1
      do throws(DiskError) {
        unlink(aside)
        guard symlink(destination, aside) == 0 else { throw .failed("create link", aside, errno) }
        try rename(aside, to: path)
        break
      } catch {
        guard attempt < 100, error.isOfMeeting else {
          unlink(aside)
          throw error
        }
      }
    }
    if isDurable { try synchronizeDirectory(parent(of: path)) }
  }

  /// Makes the names in a folder durable.
  package static func synchronizeDirectory(_ path: String) throws(DiskError) {
    guard Durability.isWanted else { return }
    let path = path.isEmpty ? "." : path
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .failed("open folder", path, errno) }
    defer { close(descriptor) }
    // Some network file systems cannot sync a folder and say EINVAL; there is nothing more to do there.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw .failed("sync folder", path, errno) }
  }

  /// The names in a folder, sorted, without `.` and `..`; empty when there is no such folder.
  package static func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Removes a file, or a folder with all that is in it; what is not there is no error.
  package static func remove(_ path: String) {
    if unlink(path) == 0 { return }
    for name in names(in: path) { remove(path + "/" + name) }
    rmdir(path)
  }

  package static func setMode(_ mode: UInt32, of path: String) throws(DiskError) {
    guard chmod(path, mode) == 0 else { throw .failed("change the mode of", path, errno) }
  }

  /// `a/b` of `a/b/c`; empty when there is no folder in the path, `/` at the root.
  package static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// `c.csv` of `a/b/c.csv`.
  package static func lastComponent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// `base` and `path` in one; an absolute `path` stands alone.
  package static func join(_ base: String, _ path: String) -> String {
    path.hasPrefix("/") || base.isEmpty || base == "." ? path : base + "/" + path
  }
}

/// A system call that failed, and on what.
package enum DiskError: Failure, Equatable {
  case failed(_ operation: String, _ path: String, _ code: Int32)
  case tooLarge(path: String, bytes: Int, limit: Int)
  case changedWhileReading(path: String)

  /// Whether the file or folder is simply not there.
  package var isMissingFile: Bool {
    if case .failed(_, _, let code) = self { return code == ENOENT || code == ENOTDIR }
    return false
  }

  /// Whether another process made or took away the same name between two calls.
  fileprivate var isOfMeeting: Bool {
    if case .failed(_, _, let code) = self { return code == ENOENT || code == EEXIST }
    return false
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .failed: .inputOutput
    case .tooLarge: .badData
    case .changedWhileReading: .temporary
    }
  }

  package var description: String {
    switch self {
    case .failed(let operation, let path, let code):
      let hint =
        switch code {
        case ENOSPC, EDQUOT: "; free some space and run again, nothing was published"
        case ELOOP: "; a file of an artifact is never a link"
        case EACCES, EPERM, EROFS: "; check who owns it and whether the disk is read-only"
        default: ""
        }
      return "cannot \(operation) \(path): \(String(cString: strerror(code)))\(hint)"
    case .tooLarge(let path, let bytes, let limit):
      return "\(path) has \(bytes) bytes, more than the \(limit) allowed here"
    case .changedWhileReading(let path):
      return "\(path) changed while it was read; run again when its writer is done"
    }
  }
}
