import Foundation
import HTTP
import TestSupport
import Testing

/// A TLS server of the openssl command with a certificate made for one test.
///
/// A class, because it guards the process.
private final class TLSServer {
  static let openssl = "/usr/bin/openssl"
  static let isInstalled = FileManager.default.isExecutableFile(atPath: openssl)

  private let folder = TemporaryFolder()
  private let process = Process()
  let port: Int
  var certificate: String { folder.path + "/certificate.pem" }

  init(names: String, options: [String] = []) throws {
    let key = folder.path + "/key.pem"
    try Self.run([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
      "-subj", "/CN=candlewick", "-addext", "subjectAltName=\(names)", "-keyout", key, "-out",
      folder.path + "/certificate.pem",
    ])
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: Self.openssl)
    process.arguments =
      ["s_server", "-accept", "127.0.0.1:0", "-www", "-key", key, "-cert", folder.path + "/certificate.pem"]
      + options
    process.standardInput = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    port = try Self.port(in: output.fileHandleForReading)
  }

  deinit {
    // It inherits a mask of signals from the test runner, in which SIGTERM may be blocked.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  private static func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: openssl)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  /// The port in the line `ACCEPT 127.0.0.1:40123`.
  private static func port(in output: FileHandle) throws -> Int {
    var text = ""
    while true {
      let data = output.availableData
      try #require(!data.isEmpty, "openssl ended: \(text)")
      text += String(decoding: data, as: UTF8.self)
      let line = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().first {
        $0.hasPrefix("ACCEPT ")
      }
      if let port = line?.split(separator: ":").last.flatMap({ Int($0) }) { return port }
    }
  }
}

@Suite(.enabled(if: TLSServer.isInstalled))
struct TLSTests {
  private func ask(_ server: TLSServer, trusting: Bool) throws -> Result<HTTPResponse, TransportFailure> {
    let transport = CurlTransport(
      userAgent: "candlewick-tests", authorities: trusting ? server.certificate : nil)
    transport.start(HTTPRequest(try WebAddress(parsing: "https://127.0.0.1:\(server.port)/")), number: 1)
    return try #require(transport.wait(seconds: 10).first).result
  }

  private func isInsecure(_ result: Result<HTTPResponse, TransportFailure>) -> Bool {
    if case .failure(.insecure) = result { true } else { false }
  }

  @Test func `A certificate that somebody we trust has signed is accepted`() throws {
    let server = try TLSServer(names: "IP:127.0.0.1")
    #expect(try ask(server, trusting: true).get().status == 200)
  }

  @Test func `A certificate that nobody has signed is not`() throws {
    let server = try TLSServer(names: "IP:127.0.0.1")
    #expect(isInsecure(try ask(server, trusting: false)))
  }

  @Test func `A certificate for another host is not`() throws {
    let server = try TLSServer(names: "DNS:other.example")
    #expect(isInsecure(try ask(server, trusting: true)))
  }

  @Test func `A server of before TLS 1-2 is no server`() throws {
    let server = try TLSServer(names: "IP:127.0.0.1", options: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
    guard case .failure(.noConnection) = try ask(server, trusting: true) else {
      Issue.record("it was spoken with")
      return
    }
  }
}
