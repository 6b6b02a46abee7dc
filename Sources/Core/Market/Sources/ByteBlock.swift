/// A piece of a file in memory.
///
/// A class, because it guards memory that several threads pass on and must be freed exactly once.
final class ByteBlock: @unchecked Sendable {
  let memory: UnsafeMutableBufferPointer<UInt8>
  /// How many bytes are filled.
  ///
  /// Written by the thread that reads the file, before any other sees the block.
  var count = 0

  init(capacity: Int) { memory = .allocate(capacity: capacity) }

  deinit { memory.deallocate() }

  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: memory[..<count]) }
}
