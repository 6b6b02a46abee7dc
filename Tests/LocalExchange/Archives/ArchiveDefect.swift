/// What is wrong with one archive, as users of the real ones reported.
package enum ArchiveDefect: Sendable, Equatable {
  /// The checksum file holds another digest: the first so many times, or always when nil.
  ///
  /// Source: https://github.com/binance/binance-public-data/issues/405
  case badChecksum(times: Int?)
  /// The checksum file names another archive.
  case wrongName
  /// The archive holds the first 7 days only, until it was asked for so many times.
  ///
  /// Then it is whole, under a new ETag and checksum.
  /// Source: https://github.com/binance/binance-public-data/issues/359
  case replaced(after: Int)
  /// The last 7 days are missing, for good.
  ///
  /// Source: https://github.com/binance/binance-public-data/issues/134
  case lastWeekMissing
  /// The archive was never put there.
  ///
  /// Source: https://github.com/binance/binance-public-data/issues/321
  case absent
}
