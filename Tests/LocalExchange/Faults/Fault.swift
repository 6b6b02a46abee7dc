/// What can go wrong with one request.
package enum Fault: String, CaseIterable, Sendable {
  // The network.
  /// The connection is reset as soon as it is accepted, or when a further request begins to arrive on it.
  case refusedConnection
  /// The request is read and the connection closed.
  case closedWithoutReply
  /// Half of the body, then a reset.
  case resetMidBody
  /// A Content-Length that is larger than the body.
  case shortBody
  /// No Content-Length, and the connection ends in the middle of the body.
  case missingLength
  /// Chunks, and the connection ends before the last.
  case truncatedChunks
  /// More bytes than Content-Length says; the body before them is right.
  case extraBytes
  /// One byte a second.
  case trickle
  /// A long silence before the first byte of the reply, which is then right.
  case headerStall
  /// A small body that decompresses to very much.
  case gzipBomb
  /// More headers than anyone sends.
  case headerFlood
  case redirectLoop
  /// To `file:///etc/passwd`.
  case redirectToFile
  /// To an address that only machines in a cloud may ask.
  case redirectToMetadata

  // Bodies: status 200 and not what was asked for.
  case html
  /// `{}`
  case emptyObject
  /// `null`
  case nullBody
  /// `[[]]`
  case nestedEmpty
  case elevenCells
  case thirteenCells
  /// An open time in quotes.
  case timeAsText
  /// A close of `"NaN"`.
  case notANumber
  case duplicateRow
  case outOfOrder
  /// The page begins with rows before `startTime`.
  case overlappingPage
  /// Another symbol's prices.
  ///
  /// Those alone could not be noticed, so that the rows' open times also lie half an interval off the grid.
  case wrongSymbol

  // Refusals.
  /// 500, 502, 503 or 504 for one to three requests in a row.
  case serverErrors
  case retryAfterSeconds
  case retryAfterDate
  case retryAfterNegative
  case retryAfterAbsent
  /// 10^12 seconds.
  case retryAfterEndless

  /// Faults of the connection and of HTTP.
  package static let network: [Fault] = Array(
    allCases[...(allCases.firstIndex(of: .redirectToMetadata) ?? 0)])
  /// Status 200 with a wrong body.
  package static let bodies: [Fault] = [
    .html, .emptyObject, .nullBody, .nestedEmpty, .elevenCells, .thirteenCells, .timeAsText, .notANumber,
    .duplicateRow, .outOfOrder, .overlappingPage, .wrongSymbol,
  ]
  /// 429 and 5xx.
  package static let limits: [Fault] = [
    .serverErrors, .retryAfterSeconds, .retryAfterDate, .retryAfterNegative, .retryAfterAbsent,
    .retryAfterEndless,
  ]

  /// Whether it damages the rows of a klines page, so that other replies stay as they are.
  package var needsRows: Bool {
    switch self {
    case .elevenCells, .thirteenCells, .timeAsText, .notANumber, .duplicateRow, .outOfOrder, .overlappingPage,
      .wrongSymbol:
      true
    default: false
    }
  }
}
