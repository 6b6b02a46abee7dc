package import Tensors

/// Forward, backward and update of one batch: everything a step touches is allocated here, once.
///
/// A class, because it guards memory that lanes point into.
package final class TrainingStep: TeamWork {
  package let cut: BatchCut
  package private(set) var plan: Plan
  /// All parameters, at ``Plan/parameterOffsets``.
  package let parameters: UnsafeMutablePointer<Float>
  /// What the optimiser keeps, array after array.
  package let state: UnsafeMutablePointer<Float>
  package var stateCount: Int { optimizer.stateCount * plan.parameterBufferCount }
  private let optimizer: Optimizer
  private let clip: Float?
  private let loss: Loss
  private let team: Team
  private var lanes: [Lane] = []
  private let gradients: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
  private let losses: UnsafeMutablePointer<Float>
  private let runs: [Run]
  private let squares: UnsafeMutablePointer<Double>
  private let observations: [Observation]
  private let source: any BatchSource
  private var phase = Phase.passes
  private var number = 0
  private let seed: UInt64
  private var teacherForcing: Float = 0
  private var update = Optimizer.Step(rate: 0, firstCorrection: 1, secondCorrection: 1, gradientScale: 1)
  private var tasks = 1

  /// What the team works on.
  private enum Phase { case passes, squares, updates }

  /// A run of trained parameters that one thread updates.
  private struct Run {
    let offset: Int
    let count: Int
  }

  private struct Observation {
    let offset: Int
    let count: Int
    let momentum: Float
  }

  private static let runLength = 8192

  package init(
    _ plan: Plan, cut: BatchCut, loss: Loss = .meanSquaredError, optimizer: Optimizer, clip: Float?,
    seed: UInt64, team: Team,
    source: any BatchSource
  ) {
    self.loss = loss
    self.source = source
    self.plan = plan
    self.cut = cut
    self.optimizer = optimizer
    self.clip = clip
    self.team = team
    self.seed = seed
    let count = plan.parameterBufferCount
    let memory = FloatMemory.allocate(count)
    parameters = memory
    state = FloatMemory.allocate(count * optimizer.stateCount)
    for (offset, parameter) in zip(plan.parameterOffsets, plan.graph.parameters) {
      let elements = parameter.initializer.elements(
        count: parameter.shape.count, name: parameter.name, seed: seed)
      (memory + offset).update(from: elements, count: elements.count)
    }
    gradients = .allocate(capacity: cut.lanes)
    losses = FloatMemory.allocate(cut.lanes)
    let places = zip(plan.parameterOffsets, plan.graph.parameters)
    observations = places.compactMap { offset, parameter in
      guard case .observed(let momentum) = parameter.role else { return nil }
      return Observation(offset: offset, count: parameter.shape.count, momentum: momentum)
    }
    runs = Self.runs(
      of: places.filter { $0.1.role == .trained }.map { ($0.0, Plan.rounded($0.1.shape.count)) })
    squares = .allocate(capacity: max(runs.count, 1))
    makeLanes()
  }

  private func makeLanes() {
    lanes = (0..<cut.lanes).map { _ in Lane(plan, parameters: parameters) }
    for (index, lane) in lanes.enumerated() {
      (gradients + index).initialize(to: lane.gradients)
      lane.moment.pointee.isTraining = true
      lane.moment.pointee.seed = seed
    }
  }

  /// Goes on with another plan for as many samples, which has the same parameters.
  package func use(_ plan: Plan) {
    precondition(
      plan.graph.parameters == self.plan.graph.parameters, "another plan with the same parameters")
    self.plan = plan
    makeLanes()
  }

  deinit {
    parameters.deallocate()
    state.deallocate()
    gradients.deallocate()
    losses.deallocate()
    squares.deallocate()
  }

  /// Replaces the first values of all parameters.
  func begin(with values: [[Float]]) throws(NetworkError) {
    guard values.map(\.count) == plan.graph.parameters.map(\.shape.count) else {
      throw .data("the parameters to begin with are not those of this network")
    }
    for (offset, elements) in zip(plan.parameterOffsets, values) {
      (parameters + offset).update(from: elements, count: elements.count)
    }
  }

  /// Neighbours joined, and long stretches cut.
  private static func runs(of stretches: [(Int, Int)]) -> [Run] {
    var runs: [Run] = []
    for (offset, count) in stretches {
      if let last = runs.last, last.offset + last.count == offset, last.count + count <= runLength {
        runs[runs.count - 1] = Run(offset: last.offset, count: last.count + count)
        continue
      }
      var done = 0
      while done < count {
        runs.append(Run(offset: offset + done, count: min(runLength, count - done)))
        done += runLength
      }
    }
    return runs
  }

  // MARK: A step

  /// Runs a batch and gives its loss; parameters stay as they are when that is not a finite number.
  ///
  /// `number` counts from 0. Allocates nothing.
  package func run(step number: Int, rate: Double, teacherForcing: Double = 0) -> Float {
    self.number = number
    self.teacherForcing = Float(teacherForcing)
    phase = .passes
    team.run(cut.lanes, self)
    var sum: Float = 0
    for index in 0..<cut.lanes { sum += losses[index] }
    let (loss, slope) = self.loss.whole(sum)
    guard loss.isFinite else { return loss }

    tasks = min(runs.count, runs.count > 4 ? team.threads : 1)
    update = optimizer.step(number: number + 1, rate: Float(rate), gradientScale: gradientScale(slope))
    phase = .updates
    team.run(tasks, self)
    for observation in observations { follow(observation) }
    return loss
  }

  /// One thread's part of a phase.
  package func perform(_ task: Int) {
    switch phase {
    case .passes: pass(task)
    case .squares:
      for index in stride(from: task, to: runs.count, by: tasks) { squares[index] = square(of: runs[index]) }
    case .updates:
      for index in stride(from: task, to: runs.count, by: tasks) {
        let run = runs[index]
        optimizer.update(
          parameters, gradients: UnsafePointer(gradients), lanes: cut.lanes, offset: run.offset,
          count: run.count, state: state, stateStride: plan.parameterBufferCount, update)
      }
    }
  }

  /// All slices of a lane, forward and backward.
  private func pass(_ index: Int) {
    let lane = lanes[index]
    var loss: Float = 0
    for slice in 0..<cut.slicesPerLane {
      let first = (index * cut.slicesPerLane + slice) * cut.samplesPerSlice
      lane.moment.pointee.step = number
      lane.moment.pointee.teacherForcing = teacherForcing
      lane.moment.pointee.firstSample = first
      lane.moment.pointee.addsToParameters = slice > 0
      source.load(lane, from: first, count: cut.samplesPerSlice)
      lane.forward()
      loss += lane.loss
      source.look(at: lane, number: index, from: first, count: cut.samplesPerSlice)
      lane.backward()
    }
    losses[index] = loss
  }

  /// `slope`, or what shortens the gradient of all parameters to the length `clip`.
  private func gradientScale(_ slope: Float) -> Float {
    guard let clip else { return slope }
    phase = .squares
    team.run(tasks, self)
    var sum = 0.0
    for index in runs.indices { sum += squares[index] }
    let length = Float(sum.squareRoot())
    return length * slope > clip ? clip / length : slope
  }

  private func square(of run: Run) -> Double {
    var sum = Vector8.zero
    for index in stride(from: run.offset, to: run.offset + run.count, by: 8) {
      var g = Vector8(at: gradients[0] + index)
      for lane in 1..<max(cut.lanes, 1) { g += Vector8(at: gradients[lane] + index) }
      sum = sum.addingProduct(g, g)
    }
    return Double(sum.total)
  }

  /// Running averages take the mean of what the slices observed.
  private func follow(_ observation: Observation) {
    let parts = Float(cut.lanes * cut.slicesPerLane)
    for index in observation.offset..<(observation.offset + observation.count) {
      var sum: Float = 0
      for lane in 0..<cut.lanes { sum += gradients[lane][index] }
      parameters[index] += observation.momentum * (sum / parts - parameters[index])
    }
  }
}

/// Where a training step gets its samples.
package protocol BatchSource: AnyObject {
  /// Fills a lane's inputs with the samples of the current batch from `first` on.
  func load(_ lane: Lane, from first: Int, count: Int)
  /// Sees the results of these samples while they are there; `number` is the lane's.
  func look(at lane: Lane, number: Int, from first: Int, count: Int)
}
