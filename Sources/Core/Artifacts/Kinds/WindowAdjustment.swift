/// What is done to each window when it is read: a scale of its own, filters over its inputs.
///
/// Windows are views, so nothing of it is ever stored.
package protocol WindowAdjustment: Sendable {
  /// Changes the inputs of a window, [L, F], in place, and says in which units its K targets are to be told.
  ///
  /// `labels` are the window's labels, [H, K]; none where they have not come yet. An honest adjustment does not look at
  /// them; they are handed over so that the mistake of those who did can be shown, and found.
  func adjust(
    _ inputs: UnsafeMutableBufferPointer<Float>, labels: UnsafeBufferPointer<Float>,
    units: UnsafeMutableBufferPointer<WindowUnit>)
}

/// The units of one target in one window: y = (x − shift) / scale.
package struct WindowUnit: Sendable, Equatable {
  package var shift: Double
  package var scale: Double

  package init(shift: Double, scale: Double) {
    self.shift = shift
    self.scale = scale
  }
}
