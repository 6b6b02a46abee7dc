/// How a batch is cut so that its passes fit the caches and run side by side: into lanes, each with gradients of its
/// own, and each lane into slices that run one after the other.
///
/// The cut is a function of the network and the settings, never of the machine, because sums in another order have
/// other bits.
package struct BatchCut: Sendable, Equatable {
  package let lanes: Int
  package let slicesPerLane: Int
  package let samplesPerSlice: Int

  package var batch: Int { lanes * slicesPerLane * samplesPerSlice }

  /// Floats of an arena that should not be exceeded, unless parameters are more: what stays in the caches.
  static let arenaTarget = 1_250_000
  /// The same for networks whose samples look at each other: 16 MB a lane.
  static let wholeArenaTarget = 4_000_000
  /// Multiply-adds of a step below which a second lane costs more than it brings.
  static let smallStep = 600_000

  /// Samples of a forward pass whose arena is known for one: as many as stay in the caches, and at most 32.
  static func forwardSamples(arenaPerSample: Int) -> Int {
    min(max(arenaTarget / max(arenaPerSample, 1), 1), 32)
  }

  package init(lanes: Int, slicesPerLane: Int, samplesPerSlice: Int) {
    self.lanes = lanes
    self.slicesPerLane = slicesPerLane
    self.samplesPerSlice = samplesPerSlice
  }

  /// The cut of a batch for a network whose arena and work per sample are known.
  ///
  /// Slices are the largest that divide a lane's share and keep the arena within bounds; where parameters are many,
  /// walking them once a slice would cost more than it saves, and bounds are wider. A network whose
  /// samples look at each other, as in batch normalisation, gets larger slices, and each slice is a batch to it
  /// («ghost batches», Hoffer et al., https://arxiv.org/abs/1705.08741).
  package init(
    batch: Int, lanes: Int?, arenaPerSample: Int, parameters: Int, workPerSample: Int, isWhole: Bool
  ) {
    let chosen = lanes ?? (workPerSample * batch < Self.smallStep || batch % 2 == 1 ? 1 : 2)
    let share = batch / chosen
    let target = isWhole ? Self.wholeArenaTarget : Self.arenaTarget
    let most = max(1, max(target, 2 * parameters) / max(arenaPerSample, 1))
    let size = (1...share).last { share % $0 == 0 && $0 <= most } ?? 1
    self.init(lanes: chosen, slicesPerLane: share / size, samplesPerSlice: size)
  }
}
