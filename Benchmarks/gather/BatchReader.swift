import Artifacts
import Numerics
import Tensors

/// Reads shuffled batches, each thread its own, into one buffer a thread.
///
/// A class, because it guards the buffers.
final class BatchReader: TeamWork {
  private let table: WindowTable
  private let batch: Int
  private let team: Team
  /// The rows at which the windows end, shuffled.
  private let order: [Int32]
  private let inputs: UnsafeMutablePointer<Float>
  private let labels: UnsafeMutablePointer<Float>?
  private let inputCount: Int
  private let labelCount: Int
  /// The first batch of the current round.
  private var first = 0

  /// Batches that a thread reads before it waits for the others.
  private static let batchesPerRound = 32

  init(_ table: WindowTable, batch: Int, threads: Int, withLabels: Bool) {
    self.table = table
    self.batch = batch
    team = Team(threads: threads)
    order = Self.shuffled(table)
    inputCount = table.signature.lookback * table.signature.features.count
    labelCount = table.signature.horizon * table.signature.targets.count
    inputs = FloatMemory.allocate(team.threads * batch * inputCount)
    labels = withLabels ? FloatMemory.allocate(team.threads * batch * labelCount) : nil
    precondition(order.count >= batch, "\(order.count) windows make no batch of \(batch)")
  }

  deinit {
    inputs.deallocate()
    labels?.deallocate()
  }

  var windowCount: Int { order.count }

  /// Fisher and Yates' shuffle of the windows of all parts.
  private static func shuffled(_ table: WindowTable) -> [Int32] {
    var order: [Int32] = []
    let parts = Split.allCases.compactMap { table.origins[$0] }
    order.reserveCapacity(parts.reduce(0) { $0 + $1.count })
    for origins in parts { for row in origins { order.append(Int32(row)) } }
    let stream = RandomStream(seed: 7, purpose: "order of windows")
    order.withUnsafeMutableBufferPointer { order in
      for index in stride(from: order.count - 1, to: 0, by: -1) {
        order.swapAt(index, min(index, Int(stream.uniform(at: index) * Double(index + 1))))
      }
    }
    return order
  }

  // MARK: Reading

  /// Windows a second in rounds of a tenth of a second, as the peers count them.
  func rates(seconds: Double) -> [Double] {
    var rates: [Double] = []
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    readRound()
    while clock.now < end || rates.count < 3 {
      var count = 0
      let began = clock.now
      var spent = Duration.zero
      while spent < .milliseconds(100) {
        readRound()
        count += windowsPerRound
        spent = clock.now - began
      }
      rates.append(Double(count) / (spent / .seconds(1)))
    }
    return rates
  }

  /// Windows a second over all of them once, the first look at each page among it.
  func rateOfOnePass() -> Double {
    let rounds = (order.count + windowsPerRound - 1) / windowsPerRound
    let time = ContinuousClock().measure { for _ in 0..<rounds { readRound() } }
    return Double(rounds * windowsPerRound) / (time / .seconds(1))
  }

  private var windowsPerRound: Int { team.threads * Self.batchesPerRound * batch }

  private func readRound() {
    team.run(team.threads, self)
    first += team.threads * Self.batchesPerRound
  }

  func perform(_ thread: Int) {
    for number in 0..<Self.batchesPerRound {
      // From the beginning again when all have been read.
      let start = (first + thread * Self.batchesPerRound + number) % (order.count / batch) * batch
      order.withUnsafeBufferPointer { order in
        table.read(
          windowsAt: UnsafeBufferPointer(rebasing: order[start..<(start + batch)]),
          inputs: inputs + thread * batch * inputCount,
          labels: labels.map { $0 + thread * batch * labelCount })
      }
    }
  }
}
