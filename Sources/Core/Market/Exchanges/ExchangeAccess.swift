package import Artifacts
package import Chronology
package import HTTP

/// How an exchange is reached: which one, where, with what secret, and how hard it may be asked.
package struct ExchangeAccess: Sendable {
  package enum Kind: String, Sendable {
    case binance, coinbase, kraken, tiingo
    case binanceArchive = "binance-archive"
  }

  package enum Bulk: Sendable { case auto, never, always }

  package var kind: Kind
  package var bulk: Bulk
  /// Another address than the exchange's own.
  package var base: String?
  package var archiveBase: String?
  package var token: String?
  package var policy: PoliteClient.Policy
  package var limits: TransportLimits

  package init(
    kind: Kind, bulk: Bulk = .auto, base: String? = nil, archiveBase: String? = nil, token: String? = nil,
    parallel: Int = 4, deadlineSeconds: Double? = nil, allowsPrivateAddresses: Bool = false
  ) {
    self.kind = kind
    self.bulk = bulk
    self.base = base
    self.archiveBase = archiveBase
    self.token = token
    policy = PoliteClient.Policy(parallel: parallel, deadlineSeconds: deadlineSeconds)
    limits = TransportLimits()
    limits.allowsPrivateAddresses = allowsPrivateAddresses
  }

  /// Where bars come from.
  package func sources() throws(DownloadError) -> SourceSet {
    switch kind {
    case .binance, .binanceArchive: return try binance()
    case .coinbase:
      let address = try address(base, CoinbaseSource.home)
      return SourceSet(pages: CoinbaseSource(base: address, origin: origin(address)), archive: nil)
    case .kraken:
      let address = try address(base, KrakenSource.home)
      return SourceSet(pages: KrakenSource(base: address, origin: origin(address)), archive: nil)
    case .tiingo:
      let address = try address(base, TiingoSource.home)
      guard let token else {
        throw .noToken("Tiingo wants a token; say where yours is: source.token_env or source.token_file")
      }
      return SourceSet(
        pages: TiingoSource(base: address, origin: origin(address), token: token), archive: nil)
    }
  }

  private func binance() throws(DownloadError) -> SourceSet {
    let isArchiveOnly = kind == .binanceArchive || bulk == .always
    let pages = try address(base, isArchiveOnly ? BinanceArchiveSource.home : BinanceSource.home)
    let files = try address(archiveBase ?? base, BinanceArchiveSource.home)
    let archive = BinanceArchiveSource(base: files, origin: origin(pages))
    if isArchiveOnly { return SourceSet(pages: nil, archive: archive) }
    let source = BinanceSource(base: pages, origin: origin(pages), hasArchive: bulk != .never)
    return SourceSet(pages: source, archive: bulk == .never ? nil : archive)
  }

  private func address(_ written: String?, _ home: String) throws(DownloadError) -> WebAddress {
    do throws(HTTPError) { return try WebAddress(parsing: written ?? home) } catch { throw .network(error) }
  }

  /// Bars of another host never stand beside the exchange's own: a test server's are not real.
  private func origin(_ address: WebAddress) -> String {
    let name = kind == .binanceArchive ? "binance" : kind.rawValue
    return base == nil ? name : "\(name) at \(address.host)\(address.port.map { ":\($0)" } ?? "")"
  }

  /// A client for these sources, over libcurl; `log` is told of waits and further attempts.
  package func client(
    for sources: SourceSet, product: String, now: @escaping () -> Int64, seed: UInt64,
    log: @escaping (String) -> Void
  ) -> PoliteClient {
    let client = PoliteClient(
      transport: CurlTransport(userAgent: product, limits: limits), time: SystemTime(),
      budget: sources.main.budget,
      policy: policy, wallClock: now, seed: seed)
    client.hear = { log($0.description) }
    return client
  }
}

extension Download {
  /// All symbols that a source lists, with their state there.
  package static func symbols(
    of sources: SourceSet, through client: PoliteClient
  ) throws -> [SymbolDirectory.Entry] {
    var entries: [SymbolDirectory.Entry] = []
    var marker: String?
    while let request = sources.main.directory(of: [], after: marker) {
      let part = try ask(request, of: client, sources.main.directory(in:))
      entries += part.symbols.map { entry in
        .init(symbol: PageError.printable(entry.symbol), status: PageError.printable(entry.status))
      }
      // Markers only ever rise; a server that sends us back would do so for ever.
      guard let next = part.marker, next > marker ?? "" else { break }
      marker = next
    }
    return entries
  }
}
