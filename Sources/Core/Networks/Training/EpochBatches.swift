package import Artifacts
private import Numerics
private import Tensors

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
  ///
  /// Those of synthetic windows are told as ~row.
  private var order: [Int32] = []
  private let synthetic: SyntheticWindows?
  /// Windows of a batch, and how many of them are real.
  private let batch: Int
  private let realPerBatch: Int
  let stepsPerEpoch: Int
  private let isWhole: Bool
  private let columns: [Int]
  private let seed: UInt64
  private let point: PointReading
  private let laneErrors: UnsafeMutablePointer<PointErrors>
  private let lanes: Int
  private let bounds: WindowBounds?

  init(
    _ table: WindowTable, _ window: WindowShape, training: Training, lanes: Int,
    synthetic: SyntheticWindows? = nil, bounds: WindowBounds? = nil
  ) {
    self.bounds = bounds
    let (loss, seed) = (training.loss, training.seed)
    self.table = table
    origins = table.origins[.train] ?? []
    self.synthetic = synthetic
    batch = training.batch
    realPerBatch = synthetic?.real(ofBatch: batch) ?? batch
    let whole = realPerBatch > 0 ? origins.count / realPerBatch : (synthetic?.origins.count ?? 0) / batch
    stepsPerEpoch = training.stepsPerEpoch ?? whole
    isWhole = training.stepsPerEpoch == nil && synthetic == nil
    columns = window.targetColumns
    self.seed = seed
    point = PointReading(loss.reading, outputs: loss.outputs)
    self.lanes = lanes
    laneErrors = .allocate(capacity: lanes)
    laneErrors.initialize(repeating: PointErrors(), count: lanes)
  }

  deinit { laneErrors.deallocate() }

  /// What each lane has summed up in this epoch.
  var errors: [PointErrors] {
    get { (0..<lanes).map { laneErrors[$0] } }
    set { for (lane, errors) in newValue.enumerated() { laneErrors[lane] = errors } }
  }

  /// Puts the windows of an epoch into an order that is drawn for it alone.
  func shuffle(epoch: Int) {
    let stream = RandomStream(seed: seed, purpose: "order of windows", lane: epoch)
    guard !isWhole else {
      order = origins.map { Int32($0) }
      order.shuffle(by: stream, from: 0)
      return
    }
    let real = Self.drawn(stepsPerEpoch * realPerBatch, of: origins, by: stream)
    guard let synthetic else {
      order = real
      return
    }
    let others = batch - realPerBatch
    let made = Self.drawn(
      stepsPerEpoch * others, of: synthetic.origins,
      by: RandomStream(seed: seed, purpose: "order of synthetic windows", lane: epoch))
    let places = RandomStream(seed: seed, purpose: "places in a batch", lane: epoch)
    order = []
    order.reserveCapacity(stepsPerEpoch * batch)
    for step in 0..<stepsPerEpoch {
      var mixed = Array(real[(step * realPerBatch)..<((step + 1) * realPerBatch)])
      mixed += made[(step * others)..<((step + 1) * others)].map { ~$0 }
      mixed.shuffle(by: places, from: step * batch)
      order += mixed
    }
  }

  /// So many rows: all in an order that is drawn, and, where they are too few, all again in another.
  private static func drawn(_ count: Int, of origins: Origins, by stream: RandomStream) -> [Int32] {
    var rows: [Int32] = []
    rows.reserveCapacity(count)
    var pass = 0
    while rows.count < count, !origins.isEmpty {
      var next = origins.map { Int32($0) }
      next.shuffle(by: stream, from: pass * next.count)
      rows += next.prefix(count - rows.count)
      pass += 1
    }
    return rows
  }

  @inline(__always)
  private func origin(_ sample: Int) -> Int { Int(order[first + sample]) }

  func load(_ lane: Lane, from start: Int, count: Int) {
    order.withUnsafeBufferPointer { order in
      guard synthetic == nil else { return loadMixed(order, lane, from: start, count: count) }
      let origins = UnsafeBufferPointer(rebasing: order[(first + start)..<(first + start + count)])
      table.load(origins, into: lane)
      if let bounds, let target = lane.input(.bounds) { bounds.load(origins, into: target) }
    }
  }

  /// One window after the other, each from where it is.
  private func loadMixed(_ order: UnsafeBufferPointer<Int32>, _ lane: Lane, from start: Int, count: Int) {
    for sample in 0..<count {
      let code = order[first + start + sample]
      let source = code < 0 ? synthetic?.table ?? table : table
      withUnsafePointer(to: code < 0 ? ~code : code) { row in
        source.load(UnsafeBufferPointer(start: row, count: 1), into: lane, from: sample)
      }
    }
  }

  func look(at lane: Lane, number: Int, from start: Int, count: Int) {
    laneErrors[number].add(
      lane, table, synthetic: synthetic?.table, count, columns: columns, point: point
    ) { origin(start + $0) }
  }
}

extension Array {
  /// Fisher and Yates' shuffle; `from` is the address of the first number that is drawn.
  fileprivate mutating func shuffle(by stream: RandomStream, from address: Int) {
    for index in Swift.stride(from: count - 1, to: 0, by: -1) {
      swapAt(index, Swift.min(index, Int(stream.uniform(at: address + index) * Double(index + 1))))
    }
  }
}
