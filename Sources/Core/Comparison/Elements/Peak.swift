/// The largest size met so far, and where.
struct Peak<Size: Comparable & Sendable>: Sendable {
  private(set) var size: Size
  /// The position in the old and in the new array, counted in elements; −1 while nothing was met.
  private(set) var old = -1
  private(set) var new = -1

  init(below size: Size) { self.size = size }

  var isMet: Bool { new >= 0 }

  @inline(__always)
  mutating func meet(_ size: Size, old: Int, new: Int) {
    guard size > self.size else { return }
    self.size = size
    self.old = old
    self.new = new
  }
}
