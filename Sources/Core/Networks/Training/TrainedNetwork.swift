/// Why training ended.
package enum StopReason: Sendable, Equatable, CustomStringConvertible {
  case lastEpoch
  case noImprovement
  case budget
  case diverged(epoch: Int, step: Int)

  package var description: String {
    switch self {
    case .lastEpoch: "last epoch"
    case .noImprovement: "no improvement"
    case .budget: "time budget"
    case .diverged(let epoch, let step): "diverged in epoch \(epoch) at step \(step)"
    }
  }
}

/// What training leaves behind.
package struct TrainedNetwork: Sendable {
  /// With the parameters of the best epoch.
  package let network: Network
  package let parameters: [Parameter]
  /// Where each of them begins in the flat buffer of an epoch that is kept.
  package let parameterOffsets: [Int]
  package let history: [EpochRecord]
  /// The best epochs, best first.
  package let best: [TrainingState.Kept]
  package let stop: StopReason
  package let cut: BatchCut
  package let steps: Int
  /// The step behind which an interrupted training went on; 0 where it began.
  package let resumedAt: Int

  /// The names of the history's columns.
  package var historyColumns: [String] {
    EpochRecord.columns + (history.first?.unrolling == nil ? [] : EpochRecord.curriculumColumns)
  }
}
