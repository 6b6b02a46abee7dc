/// Forecasts with dropout left on: several passes a window, whose spread is what the model does not know.
///
/// Monte Carlo dropout (Gal, Ghahramani, https://arxiv.org/abs/1506.02142). Batch norms keep the statistics that they
/// learnt. A mask is addressed by seed, operation, draw, and the window's time and entity, so a forecast depends
/// neither on the windows beside it nor on threads, and comes out again from a series that began elsewhere.
package struct DropoutDraws: Sendable, Equatable {
  /// Passes a window, at least 2.
  package var count: Int
  package var seed: UInt64

  package init(count: Int, seed: UInt64 = 0) {
    precondition(count >= 2, "\(count) draws have no spread")
    self.count = count
    self.seed = seed
  }
}
