private import Artifacts
package import Chronology

/// Binance's answer to `GET /api/v3/time`: `{"serverTime": 1499827319559}`.
package enum BinanceTime {
  /// The server's clock, in whatever unit it was sent; nil when the body holds none.
  package static func parse(_ body: [UInt8]) -> Instant? {
    guard let json = try? JSON(parsing: body), let members = json.object, members.count == 1,
      let epoch = members["serverTime"]?.integer
    else { return nil }
    return instant(of: epoch)
  }

  /// A clock's reading in milliseconds or microseconds; nil when it is neither.
  static func instant(of epoch: Int) -> Instant? {
    switch EpochUnit(of: Int64(epoch)) {
    case .milliseconds: Instant(milliseconds: Int64(epoch))
    case .microseconds: Instant(milliseconds: Int64(epoch) / 1000)
    case .seconds, nil: nil
    }
  }
}
