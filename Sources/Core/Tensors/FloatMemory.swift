private import Glibc

/// Memory for floats, set to zero, at the start of a cache line.
///
/// Large pieces ask for large pages, which spares the training engine most of its misses in the table of pages.
/// The caller gives it back with `deallocate()`.
package enum FloatMemory {
  private static let largePage = 2 << 20

  package static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    let isLarge = bytes >= 2 * largePage
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? largePage : 64)
    #if os(Linux)
      if isLarge { madvise(memory, bytes, MADV_HUGEPAGE) }
    #endif
    let floats = memory.assumingMemoryBound(to: Float.self)
    floats.initialize(repeating: 0, count: max(count, 1))
    return floats
  }
}
