package import Artifacts
private import Glibc

/// Reads a secret, such as an account's token, from where it was said to be.
///
/// It goes to whoever asked and nowhere else: into no setting, log, manifest or message.
package enum Secret {
  /// The value of an environment variable.
  package static func inEnvironment(_ name: String) throws(SecretError) -> String {
    guard let value = getenv(name), value.pointee != 0 else { throw .notSet(variable: name) }
    return try checked(String(cString: value), from: "the environment variable \(name)")
  }

  /// The first word of a file that nobody but its owner can read.
  package static func inFile(_ path: String) throws(SecretError) -> String {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & 0o077 != 0 { throw .readableByOthers(path: path) }
    let bytes: [UInt8]
    do { bytes = try Disk.read(path, limit: 4096) } catch { throw .disk(error) }
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    return try checked(words.first.map(String.init) ?? "", from: path)
  }

  /// A token goes into a header, which anything but plain characters would break up.
  private static func checked(_ secret: String, from place: String) throws(SecretError) -> String {
    guard (1...512).contains(secret.utf8.count), secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .noWord(place: place)
    }
    return secret
  }
}

/// Why there is no secret.
package enum SecretError: Failure, Equatable {
  case notSet(variable: String)
  case readableByOthers(path: String)
  case noWord(place: String)
  case disk(DiskError)

  package var exitStatus: ExitStatus { .missingInput }

  package var description: String {
    switch self {
    case .notSet(let variable):
      "the environment variable \(variable) is not set; set it to the account's token, or name a file: source.token_file"
    case .readableByOthers(let path): "\(path) can be read by others; run: chmod 600 \(path)"
    case .noWord(let place): "\(place) holds no token: one word of plain characters is expected"
    case .disk(let error): error.description
    }
  }
}
