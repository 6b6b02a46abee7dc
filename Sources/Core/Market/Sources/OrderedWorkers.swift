private import Glibc

/// Threads that work on pieces while others are read and written; results come in the order of the pieces.
///
/// A class, because it guards the threads, and what they pass on, until it goes. Unchecked: everything that changes
/// is touched under the mutex only.
final class OrderedWorkers<Piece: Sendable, Outcome: Sendable>: @unchecked Sendable {
  private let work: @Sendable (Piece) -> Outcome
  private var threads: [pthread_t] = []
  private var waiting: [(number: Int, piece: Piece)] = []
  private var done: [Int: Outcome] = [:]
  private var submitted = 0
  private var taken = 0
  private var isOver = false
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init(threads count: Int, _ work: @escaping @Sendable (Piece) -> Outcome) {
    self.work = work
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
    for _ in 0..<count { start() }
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(changed)
    mutex.deallocate()
    changed.deallocate()
  }

  /// How many pieces were submitted and not taken back.
  var inFlight: Int { submitted - taken }

  func submit(_ piece: Piece) {
    guard !threads.isEmpty else {
      done[submitted] = work(piece)
      submitted += 1
      return
    }
    locked {
      waiting.append((submitted, piece))
      submitted += 1
    }
  }

  /// Waits for the oldest piece.
  func next() -> Outcome {
    precondition(inFlight > 0, "nothing was submitted")
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let outcome = done.removeValue(forKey: taken) {
        taken += 1
        return outcome
      }
      pthread_cond_wait(changed, mutex)
    }
  }

  /// Ends the threads, whatever they still have to do.
  func end() {
    locked { isOver = true }
    for thread in threads { pthread_join(thread, nil) }
    threads = []
  }

  private func locked(_ body: () -> Void) {
    pthread_mutex_lock(mutex)
    body()
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
  }

  private func start() {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Start { [self] in live() })
    let status = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Start>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, context.toOpaque())
    guard status == 0 else {
      // A system without threads to give is slower, not wrong.
      context.release()
      return
    }
    threads.append(thread)
  }

  private func live() {
    while let (number, piece) = take() {
      let outcome = work(piece)
      locked { done[number] = outcome }
    }
  }

  private func take() -> (number: Int, piece: Piece)? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while waiting.isEmpty, !isOver { pthread_cond_wait(changed, mutex) }
    return isOver ? nil : waiting.removeFirst()
  }
}

/// What a thread does from its beginning.
///
/// A class, because a pointer to it crosses into the thread.
private final class Start: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
