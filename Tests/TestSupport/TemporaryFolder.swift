package import Artifacts
import Foundation

/// A folder that lives as long as a test.
///
/// A class, because it guards the folder until the test lets go of it.
package final class TemporaryFolder {
  package let path: String

  package init() {
    path = NSTemporaryDirectory() + "/candlewick-tests-" + UUID().uuidString.lowercased()
    try? Disk.createDirectory(path)
  }

  deinit { Disk.remove(path) }

  /// Writes a file and gives its path.
  @discardableResult
  package func write(_ text: String, to name: String) throws -> String {
    let file = path + "/" + name
    try Disk.createDirectory(Disk.parent(of: file))
    Disk.remove(file)
    try Disk.create(file, contents: Array(text.utf8))
    return file
  }

  package func read(_ name: String) throws -> String {
    String(decoding: try Disk.read(path + "/" + name), as: UTF8.self)
  }

  /// Turns over one bit of a file.
  package func flipBit(_ bit: Int, ofByte offset: Int, in name: String) throws {
    let file = path + "/" + name
    var bytes = try Disk.read(file)
    bytes[offset] ^= 1 << bit
    Disk.remove(file)
    try Disk.create(file, contents: bytes)
  }

  /// Cuts a file off.
  package func truncate(_ name: String, to size: Int) throws {
    let file = path + "/" + name
    let bytes = try Disk.read(file)
    Disk.remove(file)
    try Disk.create(file, contents: Array(bytes.prefix(size)))
  }

  package var store: ArtifactStore { ArtifactStore(root: path) }
}
