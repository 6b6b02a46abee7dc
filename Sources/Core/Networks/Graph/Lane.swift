package import Tensors

/// One arena with everything that runs in it: the forward and backward pass of a plan over some samples.
///
/// A class, because it guards memory that frames point into. Lanes share parameters and constants, and have
/// gradients of their own.
package final class Lane: @unchecked Sendable {
  package let plan: Plan
  private let arena: UnsafeMutablePointer<Float>
  private let features: UnsafeMutablePointer<Float>?
  private let targets: UnsafeMutablePointer<Float>?
  private let entities: UnsafeMutablePointer<Float>?
  private let calendar: UnsafeMutablePointer<Float>?
  private let pastCalendar: UnsafeMutablePointer<Float>?
  private let identities: UnsafeMutablePointer<Float>?
  private let bounds: UnsafeMutablePointer<Float>?
  private let frames: UnsafeMutablePointer<Frame>
  private let operations: UnsafeMutablePointer<any Operation>
  private let backwardSteps: UnsafeMutablePointer<Int>
  private let backwardCount: Int
  private let stepCount: Int
  private let pointers: Pointers
  private let constants: [UnsafeMutablePointer<Float>]
  /// Set before a pass.
  package let moment: UnsafeMutablePointer<Moment>
  /// The gradients of all parameters; empty when the plan has no loss.
  package let gradients: UnsafeMutablePointer<Float>

  /// `parameters` holds ``Plan/parameterBufferCount`` floats and outlives the lane.
  package init(_ plan: Plan, parameters: UnsafeMutablePointer<Float>) {
    self.plan = plan
    arena = FloatMemory.allocate(plan.arenaCount)
    gradients = FloatMemory.allocate(plan.isTraining ? plan.parameterBufferCount : 0)
    moment = .allocate(capacity: 1)
    moment.initialize(to: Moment())
    constants = plan.graph.constants.map { elements in
      let memory = FloatMemory.allocate(elements.count)
      memory.update(from: elements, count: elements.count)
      return memory
    }
    stepCount = plan.graph.steps.count
    backwardCount = plan.backwardSteps.count
    frames = .allocate(capacity: max(stepCount, 1))
    operations = .allocate(capacity: max(stepCount, 1))
    backwardSteps = .allocate(capacity: max(backwardCount, 1))
    for (position, step) in plan.backwardSteps.enumerated() { backwardSteps[position] = step }
    let (values, offsets, start) = (plan.graph.values, plan.valueOffsets, arena)
    func place(_ input: Graph.Input) -> UnsafeMutablePointer<Float>? {
      values.firstIndex { $0.source == .input(input) }.flatMap { offsets[$0] }.map { start + $0 }
    }
    features = place(.features)
    targets = place(.targets)
    entities = place(.entities)
    calendar = place(.calendar)
    pastCalendar = place(.pastCalendar)
    identities = place(.identities)
    steps = (plan.graph.shape(of: .targets) ?? plan.graph.shape(of: .calendar))?[1] ?? 0
    bounds = place(.bounds)
    result = UnsafePointer(Self.memory(of: plan.result.value, plan, arena, constants, parameters))
    pointers = Pointers(count: plan.graph.steps.reduce(0) { $0 + $1.inputs.count })
    for (index, step) in plan.graph.steps.enumerated() {
      (operations + index).initialize(to: step.operation)
      (frames + index).initialize(to: frame(index, step, parameters))
    }
  }

  deinit {
    operations.deinitialize(count: stepCount)
    operations.deallocate()
    frames.deallocate()
    backwardSteps.deallocate()
    moment.deallocate()
    gradients.deallocate()
    arena.deallocate()
    for memory in constants { memory.deallocate() }
  }

  private func frame(
    _ index: Int, _ step: Graph.Step, _ parameters: UnsafeMutablePointer<Float>
  ) -> Frame {
    let first = pointers.take(step.inputs.count)
    for (position, input) in step.inputs.enumerated() {
      (pointers.inputs + first + position).initialize(to: memory(of: input, parameters))
      (pointers.gradients + first + position).initialize(to: gradient(of: input))
      (pointers.additions + first + position).initialize(to: plan.additions[index][position])
    }
    return Frame(
      inputs: pointers.inputs + first, gradients: pointers.gradients + first,
      additions: pointers.additions + first, now: moment, output: memory(of: step.output, parameters),
      outputGradient: gradient(of: step.output) ?? arena, saved: arena + plan.savedOffsets[index],
      scratch: arena + plan.scratchOffsets[index], number: index)
  }

  private func memory(of value: Int, _ parameters: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Float>
  {
    Self.memory(of: value, plan, arena, constants, parameters)
  }

  private static func memory(
    of value: Int, _ plan: Plan, _ arena: UnsafeMutablePointer<Float>,
    _ constants: [UnsafeMutablePointer<Float>], _ parameters: UnsafeMutablePointer<Float>
  ) -> UnsafeMutablePointer<Float> {
    switch plan.graph.values[value].source {
    case .parameter(let index): parameters + plan.parameterOffsets[index]
    case .constant(let index): constants[index]
    case .input, .operation: arena + (plan.valueOffsets[value] ?? 0)
    }
  }

  private func gradient(of value: Int) -> UnsafeMutablePointer<Float>? {
    guard plan.wanted.contains(value) else { return nil }
    if case .parameter(let index) = plan.graph.values[value].source {
      return gradients + plan.parameterOffsets[index]
    }
    return plan.gradientOffsets[value].map { arena + $0 }
  }

  // MARK: Passes

  /// Where an input goes before a pass; nil when the network does not look at it.
  package func input(_ input: Graph.Input) -> UnsafeMutablePointer<Float>? {
    switch input {
    case .features: features
    case .targets: targets
    case .entities: entities
    case .calendar: calendar
    case .pastCalendar: pastCalendar
    case .identities: identities
    case .bounds: bounds
    }
  }

  /// The steps of targets and calendar that it looks at: windows may have more.
  package let steps: Int

  /// The result of the last forward pass.
  package let result: UnsafePointer<Float>

  /// The loss of the last forward pass.
  package var loss: Float {
    guard let loss = plan.loss, let offset = plan.valueOffsets[loss.value] else { return 0 }
    return arena[offset]
  }

  package func forward() {
    for index in 0..<stepCount { operations[index].forward(frames[index]) }
  }

  /// After a forward pass: the gradients of all parameters.
  package func backward() {
    guard let loss = plan.loss, let offset = plan.gradientOffsets[loss.value] else { return }
    arena[offset] = 1
    for position in 0..<backwardCount {
      let index = backwardSteps[position]
      operations[index].backward(frames[index])
    }
  }
}

/// The lists that frames point into.
///
/// A class, because it guards memory.
private final class Pointers {
  let inputs: UnsafeMutablePointer<Frame.Values>
  let gradients: UnsafeMutablePointer<Frame.Values?>
  let additions: UnsafeMutablePointer<Frame.Addition>
  private var taken = 0

  init(count: Int) {
    inputs = .allocate(capacity: max(count, 1))
    gradients = .allocate(capacity: max(count, 1))
    additions = .allocate(capacity: max(count, 1))
  }

  deinit {
    inputs.deallocate()
    gradients.deallocate()
    additions.deallocate()
  }

  func take(_ count: Int) -> Int {
    defer { taken += count }
    return taken
  }
}
