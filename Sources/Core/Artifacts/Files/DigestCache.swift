/// Remembers digests of files that have not changed, so that a big file is read once and not on every look.
///
/// An entry counts only when device, inode, size and both times are what they were, and when the file had rested
/// before it was digested: a change within the grain of the file system's clock could otherwise go unseen. It is a
/// shortcut to the bytes, never a substitute: delete it and everything is read again. A class, because it guards
/// what is yet to be written back.
package final class DigestCache {
  private struct Entry {
    var stamp: FileStamp
    var digest: Digest
    /// When it was digested, nanoseconds since the epoch.
    var taken: Int64
  }

  /// Files this small are read faster than remembered.
  private static let smallFile = 1 << 16

  private let path: String
  private let now: () -> Int64
  private var entries: [String: Entry] = [:]
  private var isChanged = false

  /// `now` gives nanoseconds since the epoch.
  package init(path: String, now: @escaping () -> Int64) {
    self.path = path
    self.now = now
    guard let bytes = try? Disk.read(path, limit: 64 << 20), let json = try? JSON(parsing: bytes) else {
      return
    }
    for (key, value) in json.object ?? [:] {
      guard let numbers = value["stamp"]?.array?.compactMap(\.integer), numbers.count == 6,
        let digest = value["digest"]?.string.flatMap({ Digest(parsing: $0) })
      else { continue }
      let stamp = FileStamp(
        device: UInt64(bitPattern: Int64(numbers[0])), inode: UInt64(bitPattern: Int64(numbers[1])),
        size: Int64(numbers[2]), modified: Int64(numbers[3]), changed: Int64(numbers[4]))
      entries[key] = Entry(stamp: stamp, digest: digest, taken: Int64(numbers[5]))
    }
  }

  /// The SHA-256 of a file's bytes.
  package func digest(of file: String) throws(DiskError) -> Digest {
    try digest("file " + file, file) { path throws(DiskError) in try Disk.digest(of: path) }
  }

  /// The canonical digest of an executable, remembered under `name` where that is not its path.
  package func digest(ofProgram program: String, as name: String? = nil) throws(DiskError) -> Digest {
    try digest("program " + (name ?? program), program) { path throws(DiskError) in
      try ProgramIdentity.canonicalDigest(ofExecutable: path)
    }
  }

  /// The canonical digest of the program that runs now, even when another lies at its path by now.
  package func digestOfThisProgram() throws(DiskError) -> Digest {
    let path = ProgramIdentity.ownPath
    return try digest(ofProgram: path, as: Disk.destination(ofLink: path) ?? path)
  }

  private func digest(
    _ key: String, _ file: String, _ read: (String) throws(DiskError) -> Digest
  ) throws(DiskError) -> Digest {
    guard let stamp = FileStamp(of: file), stamp.size > Self.smallFile else { return try read(file) }
    if let entry = entries[key], entry.stamp == stamp, stamp.isRested(at: entry.taken) {
      return entry.digest
    }
    let taken = now()
    let digest = try read(file)
    if stamp.isRested(at: taken) {
      entries[key] = Entry(stamp: stamp, digest: digest, taken: taken)
      isChanged = true
    }
    return digest
  }

  /// Writes back what is new.
  ///
  /// It is disposable, so a disk that refuses it is no failure.
  package func save() {
    guard isChanged else { return }
    isChanged = false
    let object = entries.mapValues { entry -> JSON in
      let numbers: [Int64] = [
        Int64(bitPattern: entry.stamp.device), Int64(bitPattern: entry.stamp.inode), entry.stamp.size,
        entry.stamp.modified, entry.stamp.changed, entry.taken,
      ]
      return ["stamp": .array(numbers.map(JSON.integer)), "digest": .string(entry.digest.hex)]
    }
    guard (try? Disk.createDirectory(Disk.parent(of: path))) != nil else { return }
    try? Disk.replace(path, contents: JSON.object(object).documentBytes, isDurable: false)
  }
}
