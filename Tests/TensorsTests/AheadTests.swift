import Synchronization
import Tensors
import Testing

@Test func `A value that is made ahead is handed over once it is there`() {
  let values = (0..<20).map { number in Ahead { (0..<1000).reduce(number, +) } }
  #expect(values.map { $0.take() } == (0..<20).map { $0 + 499_500 })
}

/// A class, because several threads count on it.
private final class Counter: Sendable {
  let count = Atomic<Int>(0)
}

@Test func `A value that nobody takes is waited for`() {
  let counter = Counter()
  do {
    _ = Ahead {
      for _ in 0..<100_000 { counter.count.add(1, ordering: .relaxed) }
      return true
    }
  }
  #expect(counter.count.load(ordering: .relaxed) == 100_000)
}
