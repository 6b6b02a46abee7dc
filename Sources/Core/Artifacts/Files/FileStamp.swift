private import Glibc

/// What the file system says of a file without reading it.
///
/// Equal stamps, taken long enough after the last change, mean equal bytes: nothing but a change of the clock
/// can set the time of the last status change.
package struct FileStamp: Hashable, Sendable {
  package var device: UInt64
  package var inode: UInt64
  package var size: Int64
  /// Nanoseconds since the epoch of the last change of the contents and of the status.
  package var modified: Int64
  package var changed: Int64

  package init(device: UInt64, inode: UInt64, size: Int64, modified: Int64, changed: Int64) {
    self.device = device
    self.inode = inode
    self.size = size
    self.modified = modified
    self.changed = changed
  }

  /// The stamp of the file at `path`, links followed; nil when there is none.
  package init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// The stamp of a file of an artifact; nil when there is none, or a link in its place.
  package init?(ofPublished path: String) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    self.init(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
      modified: Self.nanoseconds(status.st_mtim), changed: Self.nanoseconds(status.st_ctim))
  }

  /// Whether a change after `time`, in nanoseconds since the epoch, would show in the stamp.
  ///
  /// File systems that keep nanoseconds advance them by the kernel's tick, at most ten milliseconds; a time
  /// without them may stand for two whole seconds.
  package func isRested(at time: Int64) -> Bool {
    let last = max(modified, changed)
    let grain: Int64 = last % 1_000_000_000 == 0 ? 2_000_000_000 : 50_000_000
    return last + grain <= time
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
