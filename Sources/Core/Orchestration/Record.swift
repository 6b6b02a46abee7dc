import Artifacts
private import Glibc

/// Writes numbers, texts and digests one after the other, and a SHA-256 of all behind them.
struct RecordWriter {
  private var bytes: [UInt8] = []

  mutating func append(_ value: Int) {
    withUnsafeBytes(of: Int64(value).littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ text: String) {
    append(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  mutating func append(_ digest: Digest) { bytes.append(contentsOf: digest.bytes) }

  mutating func append(_ stamp: FileStamp) {
    append(Int(bitPattern: UInt(stamp.device)))
    append(Int(bitPattern: UInt(stamp.inode)))
    for value in [stamp.size, stamp.modified, stamp.changed] { append(Int(value)) }
  }

  mutating func append<Value>(_ value: Value?, _ write: (inout RecordWriter, Value) -> Void) {
    bytes.append(value == nil ? 0 : 1)
    if let value { write(&self, value) }
  }

  mutating func append(_ outline: ArtifactOutline) {
    append(outline.directory)
    append(outline.kind.rawValue)
    for digest in [outline.key, outline.digest, outline.content] { append(digest) }
    var files = RecordWriter()
    for file in outline.files {
      files.append(file.name)
      files.append(file.size ?? -1)
    }
    append(files.bytes.count)
    bytes += files.bytes
    append(outline.registration) { writer, registration in
      writer.append(registration.model)
      writer.append(registration.version)
    }
  }

  /// All that was written, and its digest.
  var sealed: [UInt8] { bytes + Digest(of: bytes).bytes }
}

/// Reads what a ``RecordWriter`` wrote.
///
/// The digest was compared first, so what is read is what was written; a reader that runs past the end all the same,
/// which only a mistake of ours can cause, gets zeros.
struct RecordReader {
  private let bytes: [UInt8]
  private let end: Int
  private var place = 0
  private var lastFiles: (place: Range<Int>, files: [ArtifactOutline.File]) = (0..<0, [])

  /// Nil when the digest at the end is not that of what stands before it.
  init?(sealed bytes: [UInt8]) {
    guard bytes.count >= 32 else { return nil }
    let seal = bytes[(bytes.count - 32)...].withUnsafeBytes { Digest(bytes: $0) }
    guard Digest(of: bytes[..<(bytes.count - 32)]) == seal else { return nil }
    self.bytes = bytes
    end = bytes.count - 32
  }

  mutating func integer() -> Int {
    guard place + 8 <= end else { return 0 }
    defer { place += 8 }
    let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: Int64.self) }
    return Int(Int64(littleEndian: value))
  }

  /// A number of things that follow, each of a byte at least.
  mutating func count() -> Int { min(max(integer(), 0), end - place) }

  mutating func text() -> String {
    let count = count()
    defer { place += count }
    return String(decoding: bytes[place..<(place + count)], as: UTF8.self)
  }

  mutating func digest() -> Digest {
    guard place + 32 <= end else { return Digest(of: "") }
    defer { place += 32 }
    return bytes[place..<(place + 32)].withUnsafeBytes { Digest(bytes: $0) }
  }

  mutating func stamp() -> FileStamp {
    let (device, inode) = (UInt64(bitPattern: Int64(integer())), UInt64(bitPattern: Int64(integer())))
    let (size, modified) = (Int64(integer()), Int64(integer()))
    return FileStamp(device: device, inode: inode, size: size, modified: modified, changed: Int64(integer()))
  }

  mutating func optional<Value>(_ read: (inout RecordReader) -> Value) -> Value? {
    guard place < end else { return nil }
    let isThere = bytes[place] == 1
    place += 1
    return isThere ? read(&self) : nil
  }

  /// A list of files; one that says what the list before said shares its memory, as instances of a step do.
  private mutating func files() -> [ArtifactOutline.File] {
    let count = count()
    let list = place..<(place + count)
    if isSame(list, as: lastFiles.place) {
      place = list.upperBound
      return lastFiles.files
    }
    var files: [ArtifactOutline.File] = []
    while place < list.upperBound {
      let name = text()
      let size = integer()
      files.append(ArtifactOutline.File(name: name, size: size < 0 ? nil : size))
    }
    lastFiles = (list, files)
    return files
  }

  private func isSame(_ list: Range<Int>, as other: Range<Int>) -> Bool {
    list.count == other.count && !list.isEmpty
      && bytes.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress else { return false }
        return memcmp(start + list.lowerBound, start + other.lowerBound, list.count) == 0
      }
  }

  mutating func outline() -> ArtifactOutline {
    let directory = text()
    let kind = Manifest.Kind(rawValue: text()) ?? .series
    let (key, digest, content) = (digest(), digest(), digest())
    let files = files()
    let registration = optional { reader in
      let model = reader.text()
      return ArtifactOutline.Registration(model: model, version: reader.integer())
    }
    return ArtifactOutline(
      directory: directory, kind: kind, key: key, digest: digest, content: content, files: files,
      registration: registration)
  }
}
