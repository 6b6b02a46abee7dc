import Artifacts
import Forecasting
import Networks
import StageKit

/// The same network trained from several seeds, one after the other; the mean of their forecasts is the model.
///
/// A network that is done keeps its checkpoint until all are, so that a killed run does none of them twice.
struct SeedEnsemble {
  private let networks: [TrainedNetwork]
  let cleanUp: () -> Void

  init(of count: Int, _ job: NetworkJob) throws {
    let checkpoints = (0..<count).map { CheckpointFile(of: job.work, part: "-\($0)") }
    networks = try checkpoints.enumerated().map { number, checkpoint in
      try job.trained(
        seed: number, label: "network \(number + 1) of \(count), ", checkpoint: checkpoint, keepsEnd: true)
    }
    cleanUp = { for checkpoint in checkpoints { checkpoint.remove() } }
  }

  func ensemble(lookback: Int) -> Ensemble {
    let members = networks.enumerated().map { number, trained in
      Ensemble.Member(name: "seed +\(number)", model: .network(trained.network), lookback: lookback)
    }
    return Ensemble(members: members, classes: members[0].model.classes)
  }

  var summary: [String] {
    networks.enumerated().flatMap { number, trained in trained.summary.map { "seed +\(number): " + $0 } }
  }

  var warnings: [String] { networks.flatMap(\.warnings) }

  /// The names of a row's numbers.
  var historyColumns: [String] { ["member"] + (networks.first?.historyColumns ?? []) }

  /// One row an epoch of each network, the network's number first.
  var history: [[Double]] {
    networks.enumerated().flatMap { number, trained in
      trained.history.map { [Double(number)] + $0.row }
    }
  }

  /// Writes what each network's training leaves, and gives the facts about it.
  func write(to publication: Publication) throws -> [String: JSON] {
    let facts = try networks.enumerated().map { number, trained in
      JSON.object(try trained.write(to: publication, prefix: "member.\(number)."))
    }
    return ["networks": .array(facts)]
  }
}
