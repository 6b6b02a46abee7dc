import Artifacts
import Chronology
import Glibc
import Market

/// A database must be read or refused with a message; what is read must assemble or be refused.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let source = SQLiteSource(file: EntityFile(entity: "X", path: folder + "/input"))
  do {
    try assemble(UnsafeBufferPointer(start: data, count: count), source, kind: "sqlite")
  } catch {
    precondition(!"\(error)".isEmpty)
  }
  return 0
}

/// Files in memory, where there is such a place.
private let folder = (Disk.isDirectory("/dev/shm") ? "/dev/shm" : "/tmp") + "/candlewick-fuzz-\(getpid())"

/// Writes the bytes to a file, reads it as a source, and assembles what is read.
private func assemble(_ bytes: UnsafeBufferPointer<UInt8>, _ source: any RowSource, kind: String) throws {
  try Disk.createDirectory(folder)
  Disk.remove(folder + "/input")
  try Disk.create(folder + "/input", contents: Array(bytes))
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
