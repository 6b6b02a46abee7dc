import Artifacts

/// In which order the rows of several entities were written: (entity, rows), run by run.
///
/// A class, because it guards a file without a name, in which the runs lie.
final class RunLog {
  /// Whether the rows of an entity stand in more than one place.
  private(set) var isInterleaved = false
  /// What went wrong when runs were written.
  private(set) var failure: DiskError?

  private let file: OpenFile
  private var written = 0
  private var pending: [Int64] = []
  private var current: (entity: Int, rows: Int)?
  private var highest = -1

  private static let pendingLimit = 1 << 17

  init(beside directory: String) throws(DiskError) {
    file = try OpenFile(temporary: directory + "/.runs")
  }

  func add(_ rows: Int, of entity: Int) {
    if current?.entity == entity {
      current?.rows += rows
      return
    }
    close()
    if entity <= highest { isInterleaved = true }
    highest = max(highest, entity)
    current = (entity, rows)
  }

  private func close() {
    guard let current else { return }
    pending += [Int64(current.entity), Int64(current.rows)]
    self.current = nil
    if pending.count >= Self.pendingLimit { spill() }
  }

  private func spill() {
    failure =
      pending.withUnsafeBytes { bytes -> DiskError? in
        do throws(DiskError) { try file.write(bytes, at: written) } catch { return error }
        return nil
      } ?? failure
    written += pending.count * 8
    pending.removeAll(keepingCapacity: true)
  }

  /// Goes through all runs; nothing may be added afterwards.
  func forEach(_ body: (_ entity: Int, _ rows: Int) throws(DiskError) -> Void) throws(DiskError) {
    close()
    spill()
    if let failure { throw failure }
    var piece = [Int64](repeating: 0, count: Self.pendingLimit)
    var offset = 0
    while offset < written {
      let count = min(piece.count, (written - offset) / 8)
      let problem = piece.withUnsafeMutableBytes { bytes -> DiskError? in
        do throws(DiskError) {
          try file.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<(count * 8)]), at: offset)
        } catch { return error }
        return nil
      }
      if let problem { throw problem }
      for index in stride(from: 0, to: count, by: 2) { try body(Int(piece[index]), Int(piece[index + 1])) }
      offset += count * 8
    }
  }
}
