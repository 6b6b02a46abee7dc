package import Chronology

/// The settings of a source on the network.
package struct ExchangeSettings: Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case binance, coinbase, kraken, tiingo
    case binanceArchive = "binance-archive"

    /// The same among all kinds of source.
    var source: ExtractSettings.SourceKind {
      switch self {
      case .binance: .binance
      case .binanceArchive: .binanceArchive
      case .coinbase: .coinbase
      case .kraken: .kraken
      case .tiingo: .tiingo
      }
    }
  }

  /// Whether bulk files are taken for the past.
  package enum Bulk: String, CaseIterable, Sendable {
    /// Where they take fewer requests than pages.
    case auto
    case never
    case always
  }

  /// Where the secret of an account is; it is neither a setting that the step key counts nor one that is shown.
  package enum Token: Sendable, Equatable {
    case environment(String)
    case file(String)
  }

  package var kind: Kind
  package var symbols: [String]
  package var interval: Interval
  package var start: Instant
  package var bulk: Bulk
  /// Another address than the source's own, for mirrors and tests.
  package var base: String?
  package var archiveBase: String?
  /// How many of the last bars are asked for again together with new ones.
  package var revisionBars: Int
  /// The values to take; nil for all.
  package var columns: [String]?
  package var token: Token?
  /// When to give up for this time, with everything that has come kept.
  package var deadlineSeconds: Double
  /// How many requests may be on their way at once.
  package var parallel: Int
  /// Whether the host may lie inside a private network.
  package var allowsPrivateAddresses: Bool

  init(_ kind: Kind, _ fields: inout Fields) throws(ConfigurationError) {
    self.kind = kind
    guard let symbols = try fields.texts("symbols"), !symbols.isEmpty else { throw fields.missing("symbols") }
    self.symbols = symbols
    guard let interval = try fields.interval("interval") else { throw fields.missing("interval") }
    self.interval = interval
    guard let start = try fields.instant("start") else { throw fields.missing("start") }
    guard start.milliseconds >= 0 else {
      throw .wrongValue(
        at: fields.place, setting: "start", expected: "a time since 1970", found: start.description)
    }
    self.start = start
    bulk =
      kind == .binance
      ? try fields.choice("bulk", default: .auto) : kind == .binanceArchive ? .always : .never
    base = fields.has("base") ? try fields.text("base") : nil
    archiveBase = kind == .binance && fields.has("archive_base") ? try fields.text("archive_base") : nil
    columns = try fields.texts("columns")
    if columns?.isEmpty == true { throw fields.missing("columns") }
    let conduct = try Conduct(&fields)
    (revisionBars, parallel, deadlineSeconds) = (
      conduct.revisionBars, conduct.parallel, conduct.deadlineSeconds
    )
    allowsPrivateAddresses = conduct.allowsPrivateAddresses
    token = kind == .tiingo ? try Self.token(&fields) : nil
    try checkSymbols(fields)
  }

  /// How the source is asked: it changes what is known and when, but no bar, so the step key does not count it.
  private struct Conduct {
    var revisionBars: Int
    var parallel: Int
    var deadlineSeconds: Double
    var allowsPrivateAddresses: Bool

    init(_ fields: inout Fields) throws(ConfigurationError) {
      revisionBars = try fields.uncounted { fields throws(ConfigurationError) in
        try fields.integer("revision_bars", default: 2, in: 0...1_000_000)
      }
      parallel = try fields.uncounted { fields throws(ConfigurationError) in
        try fields.integer("parallel", default: 4, in: 1...32)
      }
      let deadline = try fields.uncounted { fields throws(ConfigurationError) in
        try fields.interval("deadline", default: .milliseconds(21_600_000))
      }
      guard case .milliseconds(let length) = deadline else {
        throw .wrongValue(
          at: fields.place, setting: "deadline", expected: "a time such as 30m or 6h", found: "months")
      }
      deadlineSeconds = Double(length) / 1000
      allowsPrivateAddresses = try fields.uncounted { fields throws(ConfigurationError) in
        try fields.truth("private_network", default: false)
      }
    }
  }

  private static func token(_ fields: inout Fields) throws(ConfigurationError) -> Token {
    try fields.uncounted { fields throws(ConfigurationError) in
      if fields.has("token_file") { return .file(try fields.text("token_file")) }
      return .environment(try fields.text("token_env", default: "TIINGO_TOKEN"))
    }
  }

  /// Letters, digits and the few signs that exchanges use: a symbol becomes part of addresses and file names.
  private func checkSymbols(_ fields: Fields) throws(ConfigurationError) {
    for symbol in symbols {
      let isPlain = symbol.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || "0123456789-_./".unicodeScalars.contains($0)
      }
      guard isPlain, (1...40).contains(symbol.utf8.count), !symbol.contains(".."), !symbol.hasPrefix(".")
      else {
        throw .wrongValue(
          at: fields.place, setting: "symbols",
          expected: "names of letters, digits, - _ . and /, as the exchange writes them",
          found: "'\(symbol)'")
      }
    }
  }
}
