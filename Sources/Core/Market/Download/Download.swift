package import Artifacts
package import Chronology
package import HTTP

/// What is to be brought.
package struct MarketOrder: Sendable {
  package var symbols: [String]
  package var interval: Interval
  package var start: Instant
  /// Only bars that have closed by then are taken; nil for the last that the server calls closed.
  package var until: Instant?
  /// How many of the last bars are asked for again together with new ones.
  package var revisionBars: Int

  package init(symbols: [String], interval: Interval, start: Instant, until: Instant?, revisionBars: Int) {
    self.symbols = symbols
    self.interval = interval
    self.start = start
    self.until = until
    self.revisionBars = revisionBars
  }
}

/// Brings what the store does not have yet: politely, a page at a time, and never the same twice.
///
/// All requests go through one client and all bars through one store, in one thread: what is on its way is bounded by
/// the client, and an answer is on the disk before the series asks on.
package struct Download {
  private let sources: SourceSet
  private let store: CandleStore
  private let client: PoliteClient
  private let order: MarketOrder
  /// Ms since the epoch, for records that no digest covers.
  private let now: () -> Int64
  private let tell: (DownloadProgress) -> Void

  package init(
    _ order: MarketOrder, from sources: SourceSet, into store: CandleStore, client: PoliteClient,
    now: @escaping () -> Int64, tell: @escaping (DownloadProgress) -> Void = { _ in }
  ) {
    self.order = order
    self.sources = sources
    self.store = store
    self.client = client
    self.now = now
    self.tell = tell
  }

  /// Brings everything that is missing, or as much as comes before an error; what has come stays.
  package func run() throws -> DownloadedMarket {
    let grid = CandleGrid(order.interval)
    guard sources.main.intervals.contains(order.interval) else {
      throw DownloadError.unknownInterval(
        order.interval.description, origin: sources.main.origin,
        known: sources.main.intervals.map(\.description))
    }
    if let until = order.until, let known = try complete(grid, until: until) { return known }
    let serverTime = try self.serverTime()
    let until = order.until ?? Instant(milliseconds: grid.floor(serverTime.milliseconds))
    guard until <= serverTime else {
      throw DownloadError.notYet(until: until.description, serverTime: serverTime.description)
    }
    var downloads = try begin(grid, until: until)
    if downloads.contains(where: { !$0.isComplete }) { try learnLimits() }
    try fill(&downloads, until: until, serverTime: serverTime)
    return try finished(downloads, until: until)
  }

  /// What time the server has, as far as it has to be known before anything else is asked.
  private func serverTime() throws -> Instant {
    // A time that is named needs no clock, because every answer says what time the server has; but which bulk
    // files are published has to be known at once.
    if let until = order.until, sources.archive == nil { return until }
    // Of a named time it is enough that the server's clock was past it once.
    let known = try store.serverTime(of: sources.main.origin).map { Instant(milliseconds: $0) }
    if let until = order.until, let known, until <= known { return known }
    let time = try ask(sources.main.clock()) { response throws(PageError) in
      // Of two clocks of one server that differ the earlier is believed: what it calls closed has closed.
      min(try sources.main.time(in: response), Instant(milliseconds: try response.date().milliseconds + 1000))
    }
    try store.keep(serverTime: time.milliseconds, of: sources.main.origin)
    return time
  }

  // MARK: Beginning and end

  private func begin(_ grid: CandleGrid, until: Instant) throws -> [SeriesDownload] {
    let first = grid.floor(order.start.milliseconds)
    let start = first < order.start.milliseconds ? grid.next(after: first) : first
    let wanted = start..<max(start, grid.floor(until.milliseconds))
    return try order.symbols.map { symbol in
      let name = SeriesName(origin: sources.main.origin, symbol: symbol, interval: order.interval)
      let series = try store.series(name, columns: sources.main.columns.map(\.name))
      return try SeriesDownload(
        series, wanted: wanted, from: store, sources: sources, revisionBars: order.revisionBars,
        now: now())
    }
  }

  /// The market as it is in the store, when there is nothing to ask.
  private func complete(_ grid: CandleGrid, until: Instant) throws -> DownloadedMarket? {
    let downloads = try begin(grid, until: until)
    guard downloads.allSatisfy(\.hasNothingToAsk) else { return nil }
    return try finished(downloads, until: until)
  }

  private func finished(_ downloads: [SeriesDownload], until: Instant) throws -> DownloadedMarket {
    for download in downloads {
      let bars = try store.extent(of: download.series, in: download.wanted)?.count ?? 0
      guard bars == download.barsOwed else {
        throw DownloadError.damaged(
          path: store.path,
          problem: "\(download.series.name) has \(bars) bars where \(download.barsOwed) were received")
      }
      guard bars > 0 else {
        throw download.refusal
          ?? .nothing(
            series: download.series.name.description, from: order.start.description, until: until.description)
      }
    }
    return DownloadedMarket(
      until: until, origin: sources.main.origin, columns: sources.main.columns,
      parts: downloads.map { DownloadedMarket.Part($0, sources.main, counts: $0.counts(in: store)) },
      traffic: Traffic(client.statistics))
  }

  /// Takes the limits that the server has told within the last day, or asks for them.
  private func learnLimits() throws {
    let (origin, now) = (sources.main.origin, now())
    if let limits = try store.limits(of: origin, since: now - Self.day) {
      return client.setLimits(limits)
    }
    guard let request = sources.main.directory(of: order.symbols, after: nil) else { return }
    let directory: SymbolDirectory
    do { directory = try ask(request, sources.main.directory(in:)) } catch DownloadError.refused {
      // A symbol that was removed from the exchange is no longer listed, and its archives may still be there.
      return
    }
    guard !directory.limits.isEmpty else { return }
    client.setLimits(directory.limits)
    try store.keep(directory.limits, of: origin, at: now)
  }

  private static let day: Int64 = 86_400_000

  /// One question outside any series.
  private func ask<Value>(
    _ request: HTTPRequest, _ read: (HTTPResponse) throws(PageError) -> Value
  ) throws -> Value {
    try Self.ask(request, of: client, read)
  }

  static func ask<Value>(
    _ request: HTTPRequest, of client: PoliteClient, _ read: (HTTPResponse) throws(PageError) -> Value
  ) throws -> Value {
    client.submit(request, tag: 0)
    while let delivery = try next(from: client) {
      do throws(PageError) { return try read(delivery.response) } catch {
        try again(delivery, error, through: client)
      }
    }
    preconditionFailure("a question was asked and nothing came of it")
  }

  // MARK: The loop

  private func fill(_ downloads: inout [SeriesDownload], until: Instant, serverTime known: Instant) throws {
    var serverTime = known
    var asked = [Question?](repeating: nil, count: downloads.count)
    func submit(_ question: Question?, _ number: Int) {
      asked[number] = question
      if let question { client.submit(question.request, tag: number) }
    }
    for number in downloads.indices {
      submit(downloads[number].nextQuestion(serverTime: serverTime), number)
    }
    while let delivery = try Self.next(from: client) {
      guard let question = asked[delivery.tag] else { preconditionFailure("nobody asked \(delivery.tag)") }
      let reading = read(delivery, question, until: until, &serverTime)
      let followUp: Question?
      switch reading {
      case .success(let answer):
        followUp = try downloads[delivery.tag].take(
          answer, to: question, in: store, now: now())
      case .failure(let error):
        if let again = try recover(&downloads[delivery.tag], from: error, question, delivery) {
          asked[delivery.tag] = again
          continue
        }
        followUp = nil
      }
      submit(followUp ?? downloads[delivery.tag].nextQuestion(serverTime: serverTime), delivery.tag)
      client.startWhatMayStart()
      try downloads[delivery.tag].settle(in: store)
      report(downloads)
    }
    for number in downloads.indices { try downloads[number].end(in: store, now: now()) }
    try store.commit()
  }

  private func read(
    _ delivery: PoliteClient.Delivery, _ question: Question, until: Instant, _ serverTime: inout Instant
  ) -> Result<Answer, PageError> {
    do throws(PageError) {
      let time = try delivery.response.date()
      // What is in a bulk file has closed long ago, and its server may keep another time.
      if order.until != nil, question.purpose.file == nil, until > time {
        throw .refused(.notYet(until: until.description, serverTime: time.description))
      }
      serverTime = max(serverTime, time)
      let source = sources.source(of: question)
      return .success(try source.answer(to: question, in: delivery.response, serverTime: serverTime))
    } catch { return .failure(error) }
  }

  /// The question that was asked again; nil when the series goes on with another.
  private func recover(
    _ download: inout SeriesDownload, from error: PageError, _ question: Question,
    _ delivery: PoliteClient.Delivery
  ) throws -> Question? {
    if case .refused(let refusal) = error, case .unknownSymbol = refusal,
      try download.goesOnWithArchives(after: refusal, to: question, in: store, now: now())
    {
      return nil
    }
    if case .malformed = error, try download.failed(question, in: store, now: now()) { return nil }
    // A bulk file that does not match its checksum may have been replaced since that was asked for.
    let question = sources.archive?.checksumQuestion(before: question) ?? question
    var delivery = delivery
    delivery.request = question.request
    try Self.again(delivery, error, through: client)
    return question
  }

  private static func again(
    _ delivery: PoliteClient.Delivery, _ error: PageError, through client: PoliteClient
  ) throws {
    if case .refused(.refused(_, let status, let message)) = error {
      throw DownloadError.refused(
        address: delivery.request.address.description, status: status, message: message)
    }
    if case .refused(let error) = error { throw error }
    // Even two bars for one time may be the fault of the way, and not of the source.
    do throws(HTTPError) { try client.retry(delivery, because: "\(error)") } catch {
      throw DownloadError.network(error)
    }
  }

  private static func next(from client: PoliteClient) throws -> PoliteClient.Delivery? {
    do throws(HTTPError) { return try client.next() } catch { throw DownloadError.network(error) }
  }

  private func report(_ downloads: [SeriesDownload]) {
    let parts = downloads.map(\.progress)
    tell(
      DownloadProgress(
        barsBrought: downloads.reduce(0) { $0 + $1.counts(in: store).new },
        barsDone: parts.reduce(0) { $0 + $1.done }, barsWanted: parts.reduce(0) { $0 + $1.total },
        traffic: Traffic(client.statistics)))
  }
}

/// How far a download has come.
package struct DownloadProgress: Sendable {
  /// Bars that are new to the store.
  package var barsBrought: Int
  /// Opens that were answered for, stored ones and missing ones, and all that are wanted.
  package var barsDone: Int
  package var barsWanted: Int
  package var traffic: Traffic
}

/// What was asked of a server so far.
package struct Traffic: Sendable, Equatable {
  package var requests: Int
  /// Those of them that brought no answer, or a wrong one.
  package var failures: Int
  /// Of the server's budget.
  package var weight: Int

  init(_ statistics: PoliteClient.Statistics) {
    requests = statistics.requestsStarted
    failures = statistics.failures.values.reduce(0, +)
    weight = statistics.weightUsed
  }
}
