import Artifacts
import HTTP
import Testing

struct WebAddressTests {
  @Test(arguments: [
    ("https://data-api.binance.vision", "https://data-api.binance.vision/"),
    ("HTTPS://Data-API.Binance.Vision:443/", "https://data-api.binance.vision/"),
    ("http://127.0.0.1:8080/mirror", "http://127.0.0.1:8080/mirror"),
    ("http://localhost:80/a/b/", "http://localhost/a/b/"),
    ("http://[::1]:9/x", "http://[::1]:9/x"),
    ("https://[2001:0DB8:0:0::1]/", "https://[2001:db8::1]/"),
    ("https://host/a%20b/%C3%A9", "https://host/a%20b/%C3%A9"),
    ("https://host/é<>", "https://host/%C3%A9%3C%3E"),
    ("https://host?prefix=a%2Fb&x", "https://host/?prefix=a%2Fb&x="),
    ("https://host_1.example:8443/a:b@c", "https://host_1.example:8443/a:b@c"),
  ])
  func `An address is read as people write it`(written: String, text: String) throws {
    #expect(try WebAddress(parsing: written).text == text)
    #expect(try WebAddress(parsing: text).text == text)
  }

  @Test(arguments: [
    "", "https://", "https:///path", "host", "//host", "ftp://host", "file:///etc/passwd", "https:/host",
    "http://host", "http://10.0.0.1", "http://128.0.0.1", "http://localhost.example",
    "http://127.0.0.1.example", "https://user@host", "https://user:secret@host/",
    "https://host#fragment", "https://host/a b", "https://host/\n", "https://host/\u{7F}",
    "https://host/\u{85}", "https://host\\@other", "https://ho st", "https://höst.example", "https://host/%",
    "https://host/%2", "https://host/%zz", "https://host/%ff", "https://host/../x", "https://host/a/%2E%2e",
    "https://host/./x", "https://host?a=%f", "https://host:0", "https://host:65536", "https://host:",
    "https://host:+80", "https://host:8080x", "https://host:99999999999999999999",
    "https://[::1", "https://[::1]x", "https://[fe80::1%eth0]", "https://[127.0.0.1]", "https://::1/",
    "https://127.1", "http://2130706433", "https://0x7f000001", "https://0177.0.0.1", "https://1.2.3.4.5",
    "https://256.1.1.1", "https://.host", "https://host.", "https://a..b", "https://-a", "https://a-",
    "https://" + String(repeating: "a", count: 64), "https://host/" + String(repeating: "a", count: 2048),
  ])
  func `An address that may lead elsewhere is refused`(written: String) {
    #expect(throws: HTTPError.self) { try WebAddress(parsing: written) }
  }

  @Test func `A refusal shows neither secrets nor control characters`() {
    do {
      _ = try WebAddress(parsing: "https://me:pass@host\u{1B}[2J/?key=hidden")
      Issue.record("it was accepted")
    } catch {
      #expect(error.exitStatus == .usage)
      #expect(error.description.contains("host") && error.description.contains("https://host/path"))
      for secret in ["me:", "pass", "hidden", "\u{1B}"] { #expect(!error.description.contains(secret)) }
    }
  }

  @Test(arguments: [
    (["api", "v3"], "/mirror/api/v3"), ([], "/mirror"), ([""], "/mirror/"), (["a/b"], "/mirror/a%2Fb"),
    (["a b?c#d%"], "/mirror/a%20b%3Fc%23d%25"), (["币安"], "/mirror/%E5%B8%81%E5%AE%89"),
    ([".."], "/mirror/%2E%2E"), (["."], "/mirror/%2E"), (["a..b", "..."], "/mirror/a..b/..."),
    (["\r\nHost: x"], "/mirror/%0D%0AHost%3A%20x"), (["-._~"], "/mirror/-._~"),
  ])
  func `A component is encoded whole`(components: [String], path: String) throws {
    let base = try WebAddress(parsing: "https://host/mirror")
    #expect(base.appending(path: components).path == path)
    let root = try WebAddress(parsing: "https://host/mirror/")
    #expect(components.isEmpty || root.appending(path: components).path == path)
  }

  @Test func `A query is encoded, and never shown`() throws {
    let address = try WebAddress(parsing: "https://host/x?old=1")
      .with(query: [("symbol", "A&B=ü"), ("key", "se cret+"), ("", "")])
    #expect(address.text == "https://host/x?symbol=A%26B%3D%C3%BC&key=se%20cret%2B&=")
    #expect("\(address)" == "https://host/x")
    #expect(address != address.with(query: []))
    #expect(Set([address, address]).count == 1)
  }

  @Test(arguments: [
    ("https://127.0.0.1", true), ("https://127.255.0.9", true), ("https://[::1]", true),
    ("https://LOCALHOST", true), ("https://[::ffff:127.0.0.1]", true), ("https://126.0.0.1", false),
    ("https://128.0.0.1", false), ("https://localhost.example", false), ("https://[::2]", false),
    ("https://x.localhost", false),
  ])
  func `Loopback is known without a name server`(written: String, isLoopback: Bool) throws {
    #expect(try WebAddress(parsing: written).isLoopback == isLoopback)
  }
}
