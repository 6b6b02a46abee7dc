private import Artifacts
private import Glibc

/// What files and folders take on the disk, each file counted once however many names it has.
struct DiskUsage: Sendable {
  private struct File: Sendable {
    var bytes: Int
    /// How many names the file has, and how many of them were seen here.
    var names: Int
    var seen: Int
  }

  private struct Identity: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  private var files: [Identity: File] = [:]
  private var folderBytes = 0
  /// Nanoseconds since the epoch of the last change of anything seen.
  private(set) var lastChange: Int64 = 0

  /// Measures what is at each path and below.
  init(of paths: [String]) {
    for path in paths { add(path) }
  }

  /// All that is seen.
  var bytes: Int { folderBytes + files.values.reduce(0) { $0 + $1.bytes } }

  /// What the disk gets back when all that is seen goes: files with other names elsewhere stay.
  var bytesFreed: Int {
    folderBytes + files.values.reduce(0) { $0 + ($1.seen >= $1.names ? $1.bytes : 0) }
  }

  private mutating func add(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    let bytes = Int(status.st_blocks) * 512
    lastChange = max(
      lastChange, Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
    if status.st_mode & S_IFMT == S_IFDIR {
      folderBytes += bytes
      for name in Disk.names(in: path) { add(path + "/" + name) }
    } else {
      let identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
      files[identity, default: File(bytes: bytes, names: Int(status.st_nlink), seen: 0)].seen += 1
    }
  }
}
