private import Numerics

/// What is drawn at random for a forecast: masks of dropout that is left on, and the paths of a network that draws.
///
/// Of several passes with dropout a window, the spread is what the model does not know: Monte Carlo dropout (Gal,
/// Ghahramani, https://arxiv.org/abs/1506.02142). Batch norms keep the statistics that they learnt. Every number is
/// addressed by the seed, the operation, the draw, and the name of the window's entity and its time, so a forecast
/// depends neither on the windows or entities beside it nor on threads, and comes out again from a series that began
/// elsewhere.
package struct ForecastDraws: Sendable, Equatable {
  /// Passes with dropout a window, at least 2; nil for one without.
  package var passes: Int?
  package var seed: UInt64

  package init(passes: Int? = nil, seed: UInt64 = 0) {
    precondition(passes ?? 2 >= 2, "\(passes ?? 0) draws have no spread")
    self.passes = passes
    self.seed = seed
  }

  /// Those of one of several networks whose forecasts are combined: noise of its own, or their mean would be no less
  /// noisy than each.
  package func ofMember(_ number: Int) -> ForecastDraws {
    guard number > 0 else { return self }
    let (high, low) = RandomStream(seed: seed, purpose: "member of an ensemble", lane: number).words(at: 0)
    return ForecastDraws(passes: passes, seed: UInt64(high) << 32 | UInt64(low))
  }
}
