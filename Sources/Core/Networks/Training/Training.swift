/// How a network is trained.
package struct Training: Sendable, Equatable {
  package var loss: Loss
  package var optimizer: Optimizer
  package var schedule: Schedule
  /// Windows of one step.
  package var batch: Int
  package var epochs: Int
  /// Shards of a batch with gradients of their own; nil when the work decides.
  ///
  /// Part of what decides the bytes.
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

  package init(
    loss: Loss, optimizer: Optimizer, schedule: Schedule, batch: Int, epochs: Int, lanes: Int? = nil,
    seed: UInt64 = 0, clip: Float? = nil, patience: Int? = nil, keep: Int = 1, budgetSeconds: Double? = nil
  ) {
    self.loss = loss
    self.optimizer = optimizer
    self.schedule = schedule
    self.batch = batch
    self.epochs = epochs
    self.lanes = lanes
    self.seed = seed
    self.clip = clip
    self.patience = patience
    self.keep = keep
    self.budgetSeconds = budgetSeconds
  }
}
