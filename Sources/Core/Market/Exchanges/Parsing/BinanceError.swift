private import Artifacts

/// What Binance says is wrong: `{"code": -1121, "msg": "Invalid symbol."}`.
///
/// Codes are stable and texts vary: https://developers.binance.com/docs/binance-spot-api-docs/errors
package struct BinanceError: Equatable, Sendable {
  package let code: Int
  /// Shortened and without control characters, fit for a message.
  package let message: String

  /// The error that a body holds; nil when it holds none.
  package static func parse(_ body: [UInt8]) -> BinanceError? {
    guard let json = try? JSON(parsing: body), let code = json["code"]?.integer,
      let message = json["msg"]?.string
    else { return nil }
    return BinanceError(code: code, message: PageError.printable(message))
  }
}
