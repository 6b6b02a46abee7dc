private import CVector
private import Glibc
private import Synchronization

/// What a team works on: tasks that can run at the same time.
package protocol TeamWork: AnyObject {
  func perform(_ task: Int)
}

/// Threads that stay and take work at once: a training step is shorter than the start of a thread.
///
/// A class, because it guards the threads until it goes. Work is cut by the caller into tasks that do not depend on
/// the number of threads; a team decides only how many run at once. Members spin for some microseconds between
/// tasks and sleep after that, so that a machine with less processors than threads is not held up.
package final class Team: Sendable {
  /// How many threads there are, the caller's among them.
  package let threads: Int
  private let shared: Shared
  private let members: [Member]

  package init(threads: Int) {
    self.threads = max(threads, 1)
    let shared = Shared()
    self.shared = shared
    members = (1..<max(threads, 1)).map { Member(number: $0, shared) }
  }

  deinit {
    shared.isOver.store(true, ordering: .sequentiallyConsistent)
    shared.begin(nil, tasks: 0, threads: threads)
    for member in members { member.join() }
  }

  /// Runs `body` as a team runs its work: numbers too small for the normal range count as zero.
  package static func flushing(_ body: () -> Void) {
    let control = flush_denormals()
    body()
    restore_control(control)
  }

  /// Has each number below `tasks` performed once and waits for all: thread t takes t, t + threads, ….
  ///
  /// Allocates nothing, which a closure that is handed to other threads would.
  package func run(_ tasks: Int, _ work: any TeamWork) {
    // Only meanwhile: elsewhere the caller's numbers are those of IEEE 754.
    let control = flush_denormals()
    defer { restore_control(control) }
    guard min(threads, tasks) > 1 else {
      for task in 0..<max(tasks, 0) { work.perform(task) }
      return
    }
    shared.begin(work, tasks: tasks, threads: threads)
    for task in stride(from: 0, to: tasks, by: threads) { work.perform(task) }
    shared.waitForMembers()
  }

  /// What the caller and the members look at.
  ///
  /// Unchecked: `work`, `tasks` and `threads` are written before `round` is raised and read after it is seen.
  fileprivate final class Shared: @unchecked Sendable {
    let round = Atomic<Int>(0)
    let busy = Atomic<Int>(0)
    let asleep = Atomic<Int>(0)
    let isOver = Atomic<Bool>(false)
    var work: (any TeamWork)?
    var tasks = 0
    var threads = 1
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
      pthread_mutex_init(mutex, nil)
      pthread_cond_init(condition, nil)
    }

    deinit {
      pthread_mutex_destroy(mutex)
      pthread_cond_destroy(condition)
      mutex.deallocate()
      condition.deallocate()
    }

    func begin(_ work: (any TeamWork)?, tasks: Int, threads: Int) {
      self.work = work
      self.tasks = tasks
      self.threads = threads
      busy.store(threads - 1, ordering: .relaxed)
      round.add(1, ordering: .sequentiallyConsistent)
      guard asleep.load(ordering: .sequentiallyConsistent) > 0 else { return }
      pthread_mutex_lock(mutex)
      pthread_cond_broadcast(condition)
      pthread_mutex_unlock(mutex)
    }

    func waitForMembers() {
      var spins = 0
      while busy.load(ordering: .acquiring) > 0 {
        pause_briefly()
        spins += 1
        if spins > 4000 { sched_yield() }
      }
      work = nil
    }

    /// Waits until the round is another than `seen`, and gives it.
    func waitForRound(after seen: Int) -> Int {
      for _ in 0..<4000 {
        let now = round.load(ordering: .acquiring)
        if now != seen { return now }
        pause_briefly()
      }
      pthread_mutex_lock(mutex)
      asleep.add(1, ordering: .sequentiallyConsistent)
      while round.load(ordering: .sequentiallyConsistent) == seen { pthread_cond_wait(condition, mutex) }
      asleep.subtract(1, ordering: .sequentiallyConsistent)
      pthread_mutex_unlock(mutex)
      return round.load(ordering: .acquiring)
    }
  }

  /// One of the threads.
  ///
  /// A class, because it guards a thread of the system.
  fileprivate final class Member: Sendable {
    private let thread: pthread_t

    init(number: Int, _ shared: Shared) {
      var thread = pthread_t()
      let start = Unmanaged.passRetained(Start(number: number, shared: shared))
      let status = pthread_create(
        &thread, nil,
        { context in
          guard let context else { return nil }
          let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
          Member.live(start.number, start.shared)
          return nil
        }, start.toOpaque())
      precondition(status == 0, "the system refused a thread: \(String(cString: strerror(status)))")
      self.thread = thread
    }

    func join() { pthread_join(thread, nil) }

    private static func live(_ number: Int, _ shared: Shared) {
      _ = flush_denormals()
      var seen = 0
      while true {
        seen = shared.waitForRound(after: seen)
        if shared.isOver.load(ordering: .sequentiallyConsistent) { return }
        if let work = shared.work {
          for index in stride(from: number, to: shared.tasks, by: shared.threads) { work.perform(index) }
        }
        shared.busy.subtract(1, ordering: .releasing)
      }
    }

    private final class Start: Sendable {
      let number: Int
      let shared: Shared
      init(number: Int, shared: Shared) {
        self.number = number
        self.shared = shared
      }
    }
  }
}
