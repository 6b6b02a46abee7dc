import Artifacts
import Foundation
import TestSupport
import Testing

@Test func `A lock is taken by one holder at a time, and the second waits`() async throws {
  let folder = TemporaryFolder()
  let store = folder.store
  let order = Order()
  do {
    let lock = try StepLock(of: "series", in: store) {}
    let second = Thread {
      // The kernel's lock belongs to the open file, so a thread is as good a rival as a process.
      let lock = try? StepLock(of: "series", in: store) { order.add("waits") }
      order.add("second")
      _ = consume lock
    }
    second.start()
    while !order.has("waits") { try await Task.sleep(nanoseconds: 1_000_000) }
    order.add("first")
    extendLifetime(lock)
  }
  while !order.has("second") { try await Task.sleep(nanoseconds: 1_000_000) }
  #expect(order.all == ["waits", "first", "second"])
}

@Test func `Who does not want to wait gets no lock that another has`() throws {
  let store = TemporaryFolder().store
  func isFree() throws -> Bool {
    guard let lock = try StepLock.ifFree(of: "series", in: store) else { return false }
    extendLifetime(lock)
    return true
  }
  do {
    let lock = try StepLock(of: "series", in: store) {}
    #expect(try !isFree())
    extendLifetime(lock)
  }
  #expect(try isFree())
}

/// What happened, in order.
///
/// A class, because two threads share it.
private final class Order: @unchecked Sendable {
  private let lock = NSLock()
  private var events: [String] = []

  func add(_ event: String) { lock.withLock { events.append(event) } }
  func has(_ event: String) -> Bool { lock.withLock { events.contains(event) } }
  var all: [String] { lock.withLock { events } }
}
