import Artifacts
import HTTP
import Testing

struct HTTPErrorTests {
  @Test(arguments: [
    (HTTPError.badAddress(text: "x", problem: "it is short"), Artifacts.ExitStatus.usage),
    (.gaveUp(address: "https://h/", attempts: 8, reason: "it slept"), .temporary),
    (.deadline(seconds: 90, reason: "h: stalled"), .temporary),
    (.insecure(address: "https://h/", reason: "expired"), .temporary),
    (.forbiddenAddress(address: "https://h/", peer: "10.0.0.1"), .usage),
    (.refused(address: "https://h/", status: 404, excerpt: "gone"), .badData),
  ])
  func `Every error says how the program ends, and what to do next`(
    error: HTTPError, status: Artifacts.ExitStatus
  ) {
    #expect(error.exitStatus == status)
    #expect(error.description.contains("; ") && !error.description.contains("\n"))
  }

  @Test func `A refusal shows the beginning of the answer and no query`() throws {
    let address = try WebAddress(parsing: "https://h/klines?key=secret")
    let body = Array(("{\"code\":0}\u{1B}[2J" + String(repeating: "x", count: 9999)).utf8)
    let error = HTTPError(refusing: HTTPRequest(address), HTTPResponse(status: 451, body: body))
    #expect(
      error.description.hasPrefix("https://h/klines: the server answers 451 (not served to this location"))
    #expect(error.description.contains("{\"code\":0} [2Jxxx") && error.description.utf8.count < 500)
    #expect(!error.description.contains("secret"))
  }
}
