package import Tensors

/// Where every value, gradient and piece of working memory of a graph lies, so that a pass allocates nothing.
///
/// Times run from the first forward step to the last backward one; memory whose times do not meet is shared.
/// Offsets are chosen largest first (Pisarchyk, Lee, «Efficient memory management for deep neural net inference»,
/// https://arxiv.org/abs/2001.03288, «greedy by size»).
package struct Plan: Sendable {
  package let graph: Graph
  package let result: Node
  /// The loss of these samples, one number; nil for a plan that only forecasts.
  package let loss: Node?
  /// Whether there is a backward pass.
  package let isTraining: Bool
  /// Floats of one pass.
  package let arenaCount: Int

  let valueOffsets: [Int?]
  let gradientOffsets: [Int?]
  let savedOffsets: [Int]
  let scratchOffsets: [Int]
  let backwardSteps: [Int]
  let additions: [[Frame.Addition]]
  /// The values that get a gradient.
  let wanted: Set<Int>
  /// For each parameter, its place in the flat buffer of all.
  package let parameterOffsets: [Int]
  /// Floats of that buffer.
  package let parameterBufferCount: Int

  /// Lengths are rounded to whole cache lines.
  static let alignment = 16
  static func rounded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

  package init(_ graph: Graph, result: Node, loss: Node?, isTraining: Bool = true) {
    self.isTraining = isTraining && loss != nil
    self.graph = graph
    self.result = result
    self.loss = loss
    var offset = 0
    parameterOffsets = graph.parameters.map { parameter in
      defer { offset += Self.rounded(parameter.shape.count) }
      return offset
    }
    parameterBufferCount = offset

    let steps = graph.steps
    let order = Self.backwardOrder(graph, from: isTraining ? loss : nil)
    backwardSteps = order.steps
    let isBackward = Set(order.steps)

    var board = Board(stepCount: steps.count)
    var values = [Int?](repeating: nil, count: graph.values.count)
    var lastUse = [Int](repeating: -1, count: graph.values.count)
    for (index, step) in steps.enumerated() {
      for input in step.inputs { lastUse[input] = max(lastUse[input], index) }
      lastUse[step.output] = max(lastUse[step.output], index)
      guard isBackward.contains(index) else { continue }
      let time = board.backwardTime(index)
      if step.operation.backwardReads.contains(.inputs) {
        for input in step.inputs { lastUse[input] = max(lastUse[input], time) }
      }
      if step.operation.backwardReads.contains(.output) {
        lastUse[step.output] = max(lastUse[step.output], time)
      }
    }
    for node in [result, loss].compactMap({ $0 }) { lastUse[node.value] = board.end }
    for (index, value) in graph.values.enumerated() {
      switch value.source {
      case .operation(let step): values[index] = board.add(value.count, step...max(step, lastUse[index]))
      case .input: values[index] = board.add(value.count, 0...board.end)
      case .parameter, .constant: break
      }
    }

    var gradients = [Int?](repeating: nil, count: graph.values.count)
    var additions = steps.map { [Frame.Addition](repeating: .never, count: $0.inputs.count) }
    var firstGradient: [Int: Int] = [:]
    if isTraining, let loss { firstGradient[loss.value] = steps.count }
    var parametersSeen: Set<Int> = []
    for index in order.steps {
      let time = board.backwardTime(index)
      for (position, input) in steps[index].inputs.enumerated() where order.wanted.contains(input) {
        if case .parameter = graph.values[input].source {
          additions[index][position] = parametersSeen.insert(input).inserted ? .afterFirstSamples : .always
        } else if firstGradient[input] == nil {
          firstGradient[input] = time
        } else {
          additions[index][position] = .always
        }
      }
    }
    self.additions = additions
    for (value, first) in firstGradient.sorted(by: { $0.key < $1.key }) {
      guard case .operation(let step) = graph.values[value].source else { continue }
      gradients[value] = board.add(graph.values[value].count, first...board.backwardTime(step))
    }

    let saved = steps.enumerated().map { index, step in
      let end = isBackward.contains(index) ? board.backwardTime(index) : index
      return board.add(step.operation.savedCount, index...end)
    }
    let scratch = steps.enumerated().map { index, step in
      board.addScratch(step.operation.scratchCount, index, isBackward.contains(index))
    }
    let offsets = board.place()
    arenaCount = offsets.end
    valueOffsets = values.map { $0.map { offsets.starts[$0] } }
    gradientOffsets = gradients.map { $0.map { offsets.starts[$0] } }
    savedOffsets = saved.map { offsets.starts[$0] }
    scratchOffsets = scratch.map { offsets.starts[$0] }
    wanted = order.wanted
  }

  /// Multiplications and additions of a forward pass, roughly.
  package var work: Int { graph.steps.reduce(0) { $0 + $1.operation.work } }

  /// The steps that give gradients, last first, and the values that want one: those that depend on a parameter and
  /// that the loss depends on.
  private static func backwardOrder(_ graph: Graph, from loss: Node?) -> (steps: [Int], wanted: Set<Int>) {
    guard let loss else { return ([], []) }
    var depends = Set<Int>()
    for (index, value) in graph.values.enumerated() {
      if case .parameter = value.source { depends.insert(index) }
    }
    for step in graph.steps where step.inputs.contains(where: depends.contains) {
      depends.insert(step.output)
    }
    var reached: Set<Int> = [loss.value]
    var order: [Int] = []
    for (index, step) in graph.steps.enumerated().reversed()
    where reached.contains(step.output) && depends.contains(step.output) {
      order.append(index)
      reached.formUnion(step.inputs)
    }
    return (order, depends.intersection(reached))
  }
}

/// Claims of memory over times.
private struct Board {
  private struct Claim {
    var count: Int
    var times: [ClosedRange<Int>]
  }

  private var claims: [Claim] = []
  private let stepCount: Int

  init(stepCount: Int) { self.stepCount = stepCount }

  /// Behind everything.
  var end: Int { 2 * stepCount + 1 }

  func backwardTime(_ step: Int) -> Int { 2 * stepCount - step }

  mutating func add(_ count: Int, _ times: ClosedRange<Int>) -> Int {
    claims.append(Claim(count: Plan.rounded(count), times: [times]))
    return claims.count - 1
  }

  mutating func addScratch(_ count: Int, _ step: Int, _ isBackward: Bool) -> Int {
    let back = backwardTime(step)
    claims.append(
      Claim(count: Plan.rounded(count), times: isBackward ? [step...step, back...back] : [step...step]))
    return claims.count - 1
  }

  /// The place of each claim, and the end of all.
  func place() -> (starts: [Int], end: Int) {
    var starts = [Int](repeating: 0, count: claims.count)
    var placed: [Int] = []
    var end = 0
    let order = claims.indices.filter { claims[$0].count > 0 }.sorted {
      (claims[$1].count, $0) < (claims[$0].count, $1)
    }
    for claim in order {
      let meeting = placed.filter { other in
        claims[other].times.contains { a in claims[claim].times.contains { $0.overlaps(a) } }
      }
      var start = 0
      for other in meeting.sorted(by: { starts[$0] < starts[$1] }) {
        if starts[other] >= start + claims[claim].count { break }
        start = max(start, starts[other] + claims[other].count)
      }
      starts[claim] = start
      placed.append(claim)
      end = max(end, start + claims[claim].count)
    }
    return (starts, end)
  }
}
