import Synchronization
import Tensors
import Testing

/// Counts how often each task is performed.
private final class Tally: TeamWork {
  private let counts: UnsafeMutablePointer<Int>
  private let size: Int

  init(_ size: Int) {
    self.size = size
    counts = .allocate(capacity: max(size, 1))
    counts.initialize(repeating: 0, count: max(size, 1))
  }

  deinit { counts.deallocate() }

  func perform(_ task: Int) { counts[task] += 1 }

  var found: [Int] { (0..<size).map { counts[$0] } }
}

@Test(arguments: [1, 2, 3, 8])
func `A team performs each task once, round after round`(_ threads: Int) {
  let team = Team(threads: threads)
  for tasks in [0, 1, 2, 3, 7, 20] {
    let tally = Tally(tasks)
    for round in 1...50 {
      team.run(tasks, tally)
      #expect(tally.found == [Int](repeating: round, count: tasks))
    }
  }
}

@Test func `Outside of its work a team leaves the caller's small numbers alone`() {
  let tiny = Float.leastNonzeroMagnitude
  let team = Team(threads: 2)
  team.run(4, Tally(4))
  // Opaque to the optimiser, which would fold the product.
  let one = Float(CommandLine.arguments.count > 0 ? 1 : 2)
  #expect(tiny * one > 0)
  Team.flushing {}
  #expect(tiny * one > 0)
}
