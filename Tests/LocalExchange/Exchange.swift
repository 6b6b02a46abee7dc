private import Synchronization

/// What all connections share: the market, the faults, who must wait, and what happened.
///
/// A class, because it guards the one record and the one count of requests.
final class Exchange: Sendable {
  let market: ServedMarket
  let plan: FaultPlan
  let limits: ExchangeLimits
  let clock: @Sendable () -> Int64
  /// Made once, when the plan has need of it.
  let bomb: [UInt8]
  private let shelf: ArchiveShelf
  private let ledger: Mutex<Ledger>

  private struct Ledger {
    var record = ExchangeRecord()
    var budget: RequestBudget
    var nextNumber = 0
    /// Requests that were read and not yet answered.
    var inHand = 0
  }

  init(
    market: ServedMarket, plan: FaultPlan, limits: ExchangeLimits, clock: @escaping @Sendable () -> Int64
  ) {
    self.market = market
    self.plan = plan
    self.limits = limits
    self.clock = clock
    let hasBomb = plan.kinds.contains(.gzipBomb) || plan.script.values.contains(.gzipBomb)
    bomb = hasBomb ? GzipBomb.bytes(size: plan.bombBytes) : []
    shelf = ArchiveShelf(market: market)
    ledger = Mutex(Ledger(budget: RequestBudget(limits: limits)))
  }

  var record: ExchangeRecord { ledger.withLock { $0.record } }

  /// The body lies in `body` afterwards.
  func answer(_ venue: Venue, _ question: Question, into body: ByteBuffer) -> Answer {
    guard ["GET", "HEAD"].contains(question.request.method) else { return Answer(Reply(status: 405)) }
    return switch venue {
    case .binance: BinanceREST(market: market, limits: limits).answer(question, into: body)
    case .archive: shelf.answer(question, into: body)
    case .coinbase: Coinbase(market: market).answer(question, into: body)
    case .kraken: Kraken(market: market).answer(question, into: body)
    case .tiingo: Tiingo(market: market, limits: limits).answer(question, into: body)
    }
  }
}

// MARK: Numbers and the record

extension Exchange {
  /// Whether the next request would meet a refused connection; its number is then spent.
  func refusesNext() -> Bool {
    ledger.withLock { ledger in
      guard plan.fault(of: ledger.nextNumber) == .refusedConnection else { return false }
      ledger.nextNumber += 1
      ledger.record.requests += 1
      ledger.record.faults[.refusedConnection, default: 0] += 1
      return true
    }
  }

  /// Counts a request that was read, and says whether it is admitted and which number it has.
  func admit(_ request: Request, _ arrival: RequestBudget.Arrival) -> (
    number: Int, verdict: RequestBudget.Verdict, usedWeight: Int
  ) {
    ledger.withLock { ledger in
      let number = ledger.nextNumber
      ledger.nextNumber += 1
      ledger.inHand += 1
      ledger.record.requests += 1
      ledger.record.byPath[request.path, default: 0] += 1
      ledger.record.byTarget[request.target, default: 0] += 1
      if ledger.budget.isWaiting(arrival.venue, now: arrival.now) {
        ledger.record.mostRequestsDuringWait = max(ledger.record.mostRequestsDuringWait, ledger.inHand)
      }
      let weight = BinanceREST.weight(ofPath: request.path)
      let verdict = ledger.budget.admit(arrival, weight: weight)
      if case .refused(_, let bannedUntil, let reason) = verdict {
        if reason == .inside {
          ledger.record.insideRetryAfter += 1
          if ledger.record.offences.count < 20 { ledger.record.offences.append(ledger.budget.offence) }
        }
        if reason == .underWay { ledger.record.underWay += 1 }
        if bannedUntil != nil { ledger.record.banned += 1 } else { ledger.record.limited += 1 }
      }
      return (number, verdict, ledger.budget.usedWeight)
    }
  }

  /// Holds the client to a Retry-After that a fault sends; nil when the header demands nothing.
  func demandWait(_ arrival: RequestBudget.Arrival, until: Int64?) {
    ledger.withLock { ledger in
      ledger.record.limited += 1
      guard let until, until - arrival.now <= limits.longestRetrySeconds * 1000 else { return }
      ledger.budget.demandWait(arrival, until: until)
    }
  }

  func note(_ fault: Fault) { ledger.withLock { $0.record.faults[fault, default: 0] += 1 } }

  func noteRedirected() { ledger.withLock { $0.record.redirected += 1 } }

  func noteAnswered(rows: Int, bytes: Int) {
    ledger.withLock { ledger in
      ledger.inHand -= 1
      ledger.record.rows += rows
      ledger.record.bytes += bytes
    }
  }

  /// Counts a connection and gives its number.
  func noteConnection() -> Int {
    ledger.withLock { ledger in
      ledger.record.connections += 1
      ledger.record.openConnections += 1
      ledger.record.mostOpenConnections = max(
        ledger.record.mostOpenConnections, ledger.record.openConnections)
      return ledger.record.connections
    }
  }

  func noteConnectionEnd() { ledger.withLock { $0.record.openConnections -= 1 } }
}
