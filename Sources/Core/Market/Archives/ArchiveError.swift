package import Artifacts

/// What can be wrong with an archive of candles or with what comes beside it.
package enum ArchiveError: Failure, Equatable {
  /// The bytes are not laid out as an archive of one file.
  case layout(archive: String, String)
  case memberCount(archive: String, Int)
  case memberName(expected: String, found: String)
  /// A folder, a link or a device.
  case notAFile(member: String)
  case encrypted(member: String)
  /// Neither stored (0) nor deflated (8).
  case compression(member: String, method: Int)
  case tooLarge(member: String, limit: Int)
  /// More bytes come out for each that went in than candles ever give.
  case ratio(member: String, limit: Int)
  /// libzip cannot inflate it, or its checksum is wrong.
  case damaged(member: String, String)
  case checksum(file: String, String)
  case checksumName(expected: String, found: String)
  case row(member: String, line: Int, String)
  case listing(String)

  package var exitStatus: ExitStatus { .badData }

  package var description: String {
    switch self {
    case .layout(let archive, let problem): "the archive of \(archive) is damaged: \(problem); \(Self.again)"
    case .memberCount(let archive, let count):
      "the archive of \(archive) holds \(count) files, where one is expected; \(Self.again)"
    case .memberName(let expected, let found):
      "the archive holds '\(PageError.printable(found))', where \(expected) is expected; \(Self.again)"
    case .notAFile(let member): "\(member) is no regular file in its archive; \(Self.again)"
    case .encrypted(let member): "\(member) is encrypted in its archive; \(Self.again)"
    case .compression(let member, let method):
      "\(member) is compressed by method \(method), where 0 or 8 is expected; \(Self.again)"
    case .tooLarge(let member, let limit): "\(member) has more than \(limit) bytes; \(Self.again)"
    case .ratio(let member, let limit):
      "\(member) grows more than \(limit) times when it is inflated, as no candles do; \(Self.again)"
    case .damaged(let member, let problem): "\(member) cannot be inflated: \(problem); \(Self.again)"
    case .checksum(let file, let problem): "the checksum of \(file) cannot be read: \(problem); \(Self.again)"
    case .checksumName(let expected, let found):
      "the checksum is of '\(PageError.printable(found))', where \(expected) is expected; \(Self.again)"
    case .row(let member, let line, let problem): "\(member):\(line): \(problem); \(Self.again)"
    case .listing(let problem): "the list of archives cannot be read: \(problem); ask again"
    }
  }

  private static let again = "download it again, and report it to the exchange when it stays so"
}
