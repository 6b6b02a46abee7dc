package import Artifacts
private import Numerics

/// The training windows in the order of an epoch, handed to lanes as they ask, and the errors that lanes make on
/// them.
///
/// A class, because lanes on several threads share it: each touches only its own errors.
final class EpochBatches: BatchSource {
  /// The place in the order where the current batch begins.
  var first = 0
  private let table: WindowTable
  private let origins: Origins
  /// The rows at which the windows end.
  private var order: [Int32] = []
  private let columns: [Int]
  private let seed: UInt64
  private let outputs: Int
  private let place: Int
  private let laneErrors: UnsafeMutablePointer<PointErrors>
  private let lanes: Int

  init(_ table: WindowTable, _ window: WindowShape, loss: Loss, seed: UInt64, lanes: Int) {
    self.table = table
    origins = table.origins[.train] ?? []
    columns = window.targetColumns
    self.seed = seed
    outputs = loss.outputs
    place = loss.pointPlace
    self.lanes = lanes
    laneErrors = .allocate(capacity: lanes)
    laneErrors.initialize(repeating: PointErrors(), count: lanes)
  }

  deinit { laneErrors.deallocate() }

  /// The number of training windows.
  var count: Int { origins.count }

  /// What each lane has summed up in this epoch.
  var errors: [PointErrors] {
    get { (0..<lanes).map { laneErrors[$0] } }
    set { for (lane, errors) in newValue.enumerated() { laneErrors[lane] = errors } }
  }

  /// Fisher and Yates' shuffle, drawn for each epoch alone.
  func shuffle(epoch: Int) {
    order = origins.map { Int32($0) }
    let stream = RandomStream(seed: seed, purpose: "order of windows", lane: epoch)
    for index in stride(from: order.count - 1, to: 0, by: -1) {
      order.swapAt(index, min(index, Int(stream.uniform(at: index) * Double(index + 1))))
    }
  }

  @inline(__always)
  private func origin(_ sample: Int) -> Int { Int(order[first + sample]) }

  func load(_ lane: Lane, from start: Int, count: Int) {
    order.withUnsafeBufferPointer { order in
      table.load(UnsafeBufferPointer(rebasing: order[(first + start)..<(first + start + count)]), into: lane)
    }
  }

  func look(at lane: Lane, number: Int, from start: Int, count: Int) {
    laneErrors[number].add(lane, table, count, columns: columns, outputs: outputs, place: place) {
      origin(start + $0)
    }
  }
}
