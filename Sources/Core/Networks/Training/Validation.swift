package import Artifacts
internal import Tensors

/// The loss and the errors of all validation windows, forward only.
///
/// Windows are taken in slices of a fixed size and summed up in their order; threads decide only how many run at
/// once. A class, because it guards the lanes.
final class Validation: TeamWork {
  private let table: WindowTable
  private let origins: Origins
  private let lanes: [Lane]
  private let rest: Lane?
  private let samples: Int
  private let team: Team
  private let columns: [Int]
  private let takesRoot: Bool
  private let point: PointReading
  private let losses: UnsafeMutablePointer<Double>
  private let errors: UnsafeMutablePointer<PointErrors>
  private let sliceCount: Int

  init(
    _ blocks: JSON, _ window: WindowShape, loss: Loss, table: WindowTable, lanes: Int,
    parameters: UnsafeMutablePointer<Float>, team: Team
  ) throws(NetworkError) {
    self.table = table
    let origins = table.origins[.validation] ?? []
    self.origins = origins
    self.team = team
    columns = window.targetColumns
    takesRoot = loss.takesRoot
    point = PointReading(loss.reading, outputs: loss.outputs)
    func plan(_ samples: Int) throws(NetworkError) -> Plan {
      var (graph, result) = try Network.record(blocks, window, samples: samples, purpose: .validation)
      let node = try graph.loss(loss, of: result, batch: samples, window)
      return Plan(graph, result: result, loss: node, isTraining: false)
    }
    let samples = min(BatchCut.forwardSamples(arenaPerSample: try plan(1).arenaCount), origins.count)
    self.samples = samples
    let full = try plan(samples)
    let whole = origins.count / samples
    self.lanes = (0..<max(1, min(lanes, whole))).map { _ in Lane(full, parameters: parameters) }
    let left = origins.count - whole * samples
    rest = left > 0 ? Lane(try plan(left), parameters: parameters) : nil
    sliceCount = whole + (left > 0 ? 1 : 0)
    losses = .allocate(capacity: sliceCount)
    losses.initialize(repeating: 0, count: sliceCount)
    errors = .allocate(capacity: sliceCount)
    errors.initialize(repeating: PointErrors(), count: sliceCount)
  }

  deinit {
    losses.deallocate()
    errors.deallocate()
  }

  /// The loss over all windows, and the sums of their errors.
  func run() -> (loss: Double, errors: PointErrors) {
    let whole = origins.count / samples
    team.run(lanes.count, self)
    if let rest { measure(whole, rest, count: origins.count - whole * samples) }
    var (loss, sum) = (0.0, PointErrors())
    for slice in 0..<sliceCount {
      loss += losses[slice]
      sum.add(errors[slice])
    }
    let mean = loss / Double(origins.count)
    return (takesRoot ? mean.squareRoot() : mean, sum)
  }

  /// The slices of one lane.
  func perform(_ number: Int) {
    for slice in stride(from: number, to: origins.count / samples, by: lanes.count) {
      measure(slice, lanes[number], count: samples)
    }
  }

  private func measure(_ slice: Int, _ lane: Lane, count: Int) {
    let first = slice * samples
    table.load(count, into: lane) { origins[first + $0] }
    lane.forward()
    losses[slice] = Double(lane.loss) * Double(count)
    var sums = PointErrors()
    sums.add(lane, table, count, columns: columns, point: point) { origins[first + $0] }
    errors[slice] = sums
  }
}
