/// How a network is trained.
package struct Training: Sendable, Equatable {
  package var loss: Loss
  package var optimizer: Optimizer
  package var schedule: Schedule
  /// Windows of one step.
  package var batch: Int
  package var epochs: Int
  /// Nil for as many as show every window once.
  package var stepsPerEpoch: Int?
  /// Shards of a batch with gradients of their own, a part of what decides the bytes; nil when the work decides.
  package var lanes: Int?
  package var seed: UInt64
  /// The greatest length of the gradient of all parameters.
  package var clip: Float?
  /// Epochs without a better validation loss after which training stops.
  package var patience: Int?
  /// How many of the best epochs are kept.
  package var keep: Int
  /// Seconds after which no further epoch begins: what then comes out depends on the machine, and the facts say so.
  package var budgetSeconds: Double?
  /// For networks that feed their forecasts back; nil where all steps are forecast, and none is forced.
  package var curriculum: Curriculum?
  /// What is drawn at random for the forecasts of the trained network.
  package var draws: ForecastDraws

  package init(
    loss: Loss, optimizer: Optimizer, schedule: Schedule, batch: Int, epochs: Int,
    stepsPerEpoch: Int? = nil, lanes: Int? = nil, seed: UInt64 = 0, clip: Float? = nil,
    patience: Int? = nil, keep: Int = 1, budgetSeconds: Double? = nil,
    curriculum: Curriculum? = nil, draws: ForecastDraws = ForecastDraws()
  ) {
    self.loss = loss
    self.optimizer = optimizer
    self.schedule = schedule
    self.batch = batch
    self.epochs = epochs
    self.stepsPerEpoch = stepsPerEpoch
    self.lanes = lanes
    self.seed = seed
    self.clip = clip
    self.patience = patience
    self.keep = keep
    self.budgetSeconds = budgetSeconds
    self.curriculum = curriculum
    self.draws = draws
  }
}
