package import Artifacts
import Chronology
private import Glibc
package import Market

/// The file that a fuzz target writes its bytes to, and what has to hold of anything that is read from it.
package enum FuzzedFile {
  package static var path: String { folder + "/input" }

  /// In memory, where there is such a place.
  private static let folder =
    (Disk.isDirectory("/dev/shm") ? "/dev/shm" : "/tmp") + "/candlewick-fuzz-\(getpid())"

  /// Writes the bytes to the file, reads it as a source, and assembles what is read; a refusal needs a message.
  package static func check(_ bytes: UnsafeBufferPointer<UInt8>, _ source: any RowSource, kind: String) {
    do {
      try assemble(bytes, source, kind: kind)
    } catch {
      precondition(!"\(error)".isEmpty)
    }
  }

  private static func assemble(_ bytes: UnsafeBufferPointer<UInt8>, _ source: any RowSource, kind: String) throws {
    try Disk.createDirectory(folder)
    Disk.remove(path)
    try Disk.create(path, contents: Array(bytes))
    let key = StepKey(
      program: ProgramIdentity(name: "fuzz", version: "0", digest: Digest(of: "")), platform: [:],
      parameters: [:],
      inputs: [])
    let publication = try Publication(in: ArtifactStore(root: folder), step: "series", key: key)
    let rules = SeriesRules(source: kind, interval: nil, calendar: .continuous)
    let assembly = try SeriesAssembly(rules, of: source, into: publication)
    try source.deliver(to: assembly) { _, _ in }
    let outline = try assembly.finish()
    _ = try outline.write(to: publication)
    precondition(outline.rowCount > 0 && outline.offsets.last == outline.rowCount)
    let (times, _) = try NumPyArray<Int64>.read(publication.directory + "/time.npy")
    let (values, _) = try NumPyArray<Double>.read(publication.directory + "/values.npy")
    precondition(values.values.allSatisfy { $0.isFinite })
    for (start, end) in zip(outline.offsets, outline.offsets.dropFirst()) where end > start {
      precondition(zip(times.values[start..<end], times.values[start..<end].dropFirst()).allSatisfy { $0 < $1 })
    }
  }
}
