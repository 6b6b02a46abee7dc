import Testing

@testable import HTTP

struct PeerAddressTests {
  @Test(arguments: [
    ("8.8.8.8", PeerAddress.Reach.open), ("1.0.0.0", .open), ("9.255.255.255", .open),
    ("10.0.0.0", .privateNetwork), ("10.255.255.255", .privateNetwork), ("11.0.0.0", .open),
    ("100.63.255.255", .open), ("100.64.0.0", .privateNetwork), ("100.127.255.255", .privateNetwork),
    ("100.128.0.0", .open), ("127.0.0.0", .loopback), ("127.255.255.255", .loopback), ("128.0.0.0", .open),
    ("169.253.255.255", .open), ("169.254.169.254", .reserved), ("169.255.0.0", .open),
    ("172.15.255.255", .open), ("172.16.0.0", .privateNetwork), ("172.31.255.255", .privateNetwork),
    ("172.32.0.0", .open), ("192.0.0.8", .reserved), ("192.0.1.0", .open),
    ("192.168.0.1", .privateNetwork), ("192.169.0.0", .open), ("198.18.0.1", .privateNetwork),
    ("198.20.0.0", .open), ("223.255.255.255", .open), ("224.0.0.1", .reserved), ("240.0.0.1", .reserved),
    ("255.255.255.255", .reserved), ("0.0.0.0", .reserved), ("0.1.2.3", .reserved),
    ("::1", .loopback), ("::", .reserved), ("::2", .reserved), ("fe80::1", .reserved), ("fec0::1", .reserved),
    ("ff02::1", .reserved), ("fc00::1", .privateNetwork), ("fdff::1", .privateNetwork),
    ("fbff::1", .reserved),
    ("2001:4860:4860::8888", .open), ("3fff::1", .open), ("4000::1", .reserved),
    ("::ffff:10.0.0.1", .privateNetwork), ("::ffff:8.8.8.8", .open), ("::ffff:169.254.169.254", .reserved),
    ("64:ff9b::10.0.0.1", .privateNetwork), ("64:ff9b::8.8.8.8", .open), ("64:ff9b:1::8.8.8.8", .reserved),
    ("2002:a00:1::", .privateNetwork), ("2002:808:808::", .open), ("2002:7f00:1::", .loopback),
  ])
  func `Every network's reach is known to its borders`(literal: String, reach: PeerAddress.Reach) throws {
    #expect(try #require(PeerAddress(literal: literal)).reach == reach)
  }

  @Test(arguments: [
    "", "host", "127.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "::1%lo", "[::1]", " ::1",
  ])
  func `Nothing but whole numbers is a literal`(text: String) {
    #expect(PeerAddress(literal: text) == nil)
  }

  @Test(arguments: [
    ("8.8.8.8", true, true, false), ("10.0.0.1", false, true, false), ("fc00::1", false, true, false),
    ("127.0.0.1", false, false, true), ("::1", false, false, true), ("169.254.169.254", false, false, false),
    ("0.0.0.0", false, false, false), ("224.0.0.1", false, false, false),
  ])
  func `A host may lead to the open network, its like, or nowhere`(
    literal: String, asHost: Bool, asPrivateHost: Bool, asLoopback: Bool
  ) throws {
    let peer = try #require(PeerAddress(literal: literal))
    #expect(peer.mayServe(loopbackHost: false, allowsPrivate: false) == asHost)
    #expect(peer.mayServe(loopbackHost: false, allowsPrivate: true) == asPrivateHost)
    // A loopback address leads here and nowhere else, whatever is allowed.
    #expect(peer.mayServe(loopbackHost: true, allowsPrivate: true) == asLoopback)
  }
}
