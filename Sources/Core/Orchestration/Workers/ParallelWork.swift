private import Synchronization

/// Independent pieces of work on several threads.
enum ParallelWork {
  /// What `body` makes of each item, in their order; each thread takes the next item when it is done with one.
  static func map<Item: Sendable, Result: Sendable>(
    _ items: [Item], threads: Int, _ body: @escaping @Sendable (Item) -> Result
  ) -> [Result] {
    let work = Work(items: items, body: body)
    let others = (1..<max(1, min(threads, items.count))).compactMap { _ in Helper(work) }
    work.go()
    for helper in others { helper.join() }
    return work.finished
  }
}

/// Items and what became of them.
///
/// A class, because it guards what several threads share.
private final class Work<Item: Sendable, Result: Sendable>: Helping {
  private let items: [Item]
  private let body: @Sendable (Item) -> Result
  private let next = Atomic<Int>(0)
  private let results: Mutex<[Result?]>

  init(items: [Item], body: @escaping @Sendable (Item) -> Result) {
    self.items = items
    self.body = body
    results = Mutex(Array(repeating: nil, count: items.count))
  }

  func go() {
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < items.count else { return }
      let result = body(items[index])
      results.withLock { $0[index] = result }
    }
  }

  var finished: [Result] { results.withLock { $0.compactMap(\.self) } }
}
