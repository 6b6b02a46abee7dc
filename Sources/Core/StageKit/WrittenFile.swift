package import Artifacts

/// A file that a command writes for other tools.
package enum WrittenFile {
  /// Lets `body` write the file at `path`; it gets its name when it is whole, and stays what it was if that fails.
  ///
  /// A pipe, a device or a link is written to; only a file may be replaced. Programs that call this watch with
  /// ``Interruption/exitCleanly(removing:)``.
  package static func write(
    _ path: String, _ body: (borrowing OpenFile) throws -> Void
  ) throws {
    guard !Disk.isSpecial(path) else { return try body(try OpenFile(overwriting: path)) }
    let unfinished = path + ".making-\(Clock.process)"
    try Interruption.guarding(unfinished) {
      do {
        let output = try OpenFile(creating: unfinished)
        try body(output)
        try output.synchronize()
        try Disk.rename(unfinished, to: path)
      } catch {
        Disk.remove(unfinished)
        throw error
      }
    }
  }
}
