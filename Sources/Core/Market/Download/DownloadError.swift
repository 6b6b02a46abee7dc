package import Artifacts
package import HTTP

/// What can go wrong between a source on the network and the store.
package enum DownloadError: Failure, Equatable {
  case store(path: String, code: Int32, problem: String)
  case noStore(path: String)
  case damaged(path: String, problem: String)
  case notOurStore(path: String)
  case newerStore(path: String)
  /// A bar came with other cells than those that were kept, too long after it closed.
  case conflict(series: String, time: String, stored: String, received: String)
  case network(HTTPError)
  case unknownSymbol(String, origin: String, hint: String)
  case unknownInterval(String, origin: String, known: [String])
  case unknownColumn(String, origin: String, known: [String])
  case notYet(until: String, serverTime: String)
  case nothing(series: String, from: String, until: String)
  /// An answer that says no and will say no again.
  case refused(address: String, status: Int, message: String)
  case restricted(address: String)
  case noToken(String)

  package var exitStatus: ExitStatus {
    switch self {
    case .store(_, let code, _): Self.isDiskTrouble(code) ? .inputOutput : .badData
    case .damaged, .notOurStore, .newerStore, .conflict, .nothing: .badData
    case .network(let error): error.exitStatus
    case .unknownSymbol, .unknownInterval, .unknownColumn, .notYet: .usage
    case .refused: .badData
    case .restricted: .inputOutput
    case .noToken, .noStore: .missingInput
    }
  }

  /// SQLITE_PERM, READONLY, IOERR, FULL, CANTOPEN; what is left is damage (SQLITE_CORRUPT, NOTADB) or a constraint.
  private static func isDiskTrouble(_ code: Int32) -> Bool { [3, 8, 10, 13, 14].contains(code & 0xFF) }

  /// Whether the database refused certain bars, so that others can still be stored (SQLITE_CONSTRAINT).
  var isAboutBars: Bool {
    switch self {
    case .conflict: true
    case .store(_, let code, _): code & 0xFF == 19
    default: false
    }
  }

  package var description: String {
    switch self {
    case .store(let path, let code, let problem):
      "\(path): \(problem) (SQLite \(code)); "
        + (Self.isDiskTrouble(code)
          ? "nothing that was stored is lost; free space or mend the permissions and run again"
          : "bin/extract --check says where. Move the file away, and the next run downloads everything again")
    case .noStore(let path): "\(path) does not exist; a step with an exchange as its source makes it"
    case .damaged(let path, let problem):
      """
      \(path) is damaged: \(problem); bin/extract --check says where. Move the file away, and the next run downloads \
      everything again
      """
    case .notOurStore(let path):
      "\(path) is no candle store of ours; move it away, or choose another --artifacts"
    case .newerStore(let path):
      "\(path) was written by a later version; use that version, or move the file away"
    case .conflict(let series, let time, let stored, let received):
      """
      \(series): the bar of \(time) was stored as \(stored) and came again as \(received); the source rewrote its \
      history. To take the new values raise source.revision_bars so that it reaches back to that bar
      """
    case .network(let error): error.description
    case .unknownSymbol(let symbol, let origin, let hint): "\(origin) does not list '\(symbol)'; \(hint)"
    case .unknownInterval(let interval, let origin, let known):
      "\(origin) has no bars of \(interval); it has: \(known.joined(separator: ", "))"
    case .unknownColumn(let name, let origin, let known):
      "\(origin) has no column '\(name)'; it has: \(known.joined(separator: ", "))"
    case .notYet(let until, let serverTime):
      """
      until: \(until) has not come yet: the server's clock says \(serverTime); give an earlier time, or \
      until: latest-closed
      """
    case .nothing(let series, let from, let until):
      "\(series) has no bar from \(from) to \(until); check the symbol and source.start"
    case .refused(let address, let status, let message):
      "\(address) answered \(status): \(message.isEmpty ? "no reason given" : message)"
    case .restricted(let address):
      """
      \(address) answers 451: it does not serve this place; use another address of the same data with \
      source.base (of Binance, https://data-api.binance.vision)
      """
    case .noToken(let problem): problem
    }
  }
}

extension DownloadError {
  /// What a status says that is no success and will be none the next time.
  init(_ response: HTTPResponse, from address: WebAddress, message: String) {
    self =
      switch response.status {
      case 451: .restricted(address: address.description)
      default: .refused(address: address.description, status: response.status, message: message)
      }
  }
}
