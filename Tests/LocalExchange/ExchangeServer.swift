private import Glibc
private import Synchronization

/// An exchange on a port of 127.0.0.1, with a thread for each connection.
///
/// A class, because it guards the listening socket and the threads; it stops with its last reference.
package final class ExchangeServer: Sendable {
  /// Such as `http://127.0.0.1:8787`, without a slash at its end.
  package let base: String
  package let port: Int
  private let exchange: Exchange
  private let listener: Socket
  private let connections = Connections()

  /// Opens the exchange.
  ///
  /// - Parameters:
  ///   - port: 0 for any that is free.
  ///   - clock: The exchange's own time, ms since the epoch; see ``VirtualClock``.
  package init(
    market: ServedMarket, faults: FaultPlan = .none, limits: ExchangeLimits = ExchangeLimits(), port: Int = 0,
    clock: @escaping @Sendable () -> Int64
  ) throws(ExchangeError) {
    listener = try Socket.listening(on: port)
    self.port = listener.port
    base = "http://127.0.0.1:\(listener.port)"
    exchange = Exchange(market: market, plan: faults, limits: limits, clock: clock)
    let (exchange, listener, connections) = (exchange, listener, connections)
    try Threads.start {
      while let socket = listener.accept() { connections.open(socket, exchange) }
    }
  }

  /// What happened so far.
  package var record: ExchangeRecord { exchange.record }

  /// Takes no more connections, ends those that are open and waits for their threads.
  package func stop() {
    listener.shutDown()
    connections.endAll()
  }

  deinit { stop() }
}

/// The connections that are open.
///
/// A class, because it guards the list that the accepting thread and the connections' own threads change.
private final class Connections: Sendable {
  private let state = Mutex(State())
  /// Threads that have not ended; apart from the state, so that waiting for them needs no lock.
  private let threads = Atomic(0)

  private struct State {
    var open: [Int: Socket] = [:]
    var isClosed = false
  }

  func open(_ socket: Socket, _ exchange: Exchange) {
    let number = exchange.noteConnection()
    // Before the connection is listed: whoever ends all of them waits for this one as well.
    threads.add(1, ordering: .relaxed)
    let isOpen = state.withLock { state in
      if !state.isClosed { state.open[number] = socket }
      return !state.isClosed
    }
    let end: @Sendable () -> Void = {
      exchange.noteConnectionEnd()
      self.forget(number)
    }
    guard isOpen else { return end() }
    let work: @Sendable () -> Void = {
      var connection = Connection(exchange: exchange, socket: socket, number: number)
      connection.serve()
      end()
    }
    do { try Threads.start(work) } catch { end() }
  }

  private func forget(_ number: Int) {
    state.withLock { $0.open[number] = nil }
    threads.subtract(1, ordering: .releasing)
  }

  func endAll() {
    state.withLock { state in
      state.isClosed = true
      for socket in state.open.values { socket.shutDown() }
    }
    while threads.load(ordering: .acquiring) > 0 { usleep(500) }
  }
}
