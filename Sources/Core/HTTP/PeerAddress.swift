private import Glibc

/// The numeric address of a host, and how far away that is.
struct PeerAddress: Equatable {
  /// Where an address leads, https://www.iana.org/assignments/iana-ipv4-special-registry.
  enum Reach {
    /// The open network.
    case open
    /// A network of an office, a provider or a cloud, such as 10.0.0.0/8.
    case privateNetwork
    /// This machine.
    case loopback
    /// Link-local (where clouds keep their credentials), multicast, unspecified, and the like: nobody's server.
    case reserved
  }

  /// In its shortest form.
  let text: String
  let reach: Reach
  let isVersion6: Bool

  /// Reads four decimal numbers, or an IPv6 address without brackets and zone; nil for anything else.
  init?(literal: some StringProtocol) {
    let literal = String(literal)
    var version4 = in_addr()
    var version6 = in6_addr()
    if inet_pton(AF_INET, literal, &version4) == 1 {
      self.init(version4)
    } else if inet_pton(AF_INET6, literal, &version6) == 1 {
      self.init(version6)
    } else {
      return nil
    }
  }

  /// Whether a connection here may be opened for a host, which is this machine by its own name or number or not.
  func mayServe(loopbackHost: Bool, allowsPrivate: Bool) -> Bool {
    switch reach {
    case .open: !loopbackHost
    case .privateNetwork: !loopbackHost && allowsPrivate
    case .loopback: loopbackHost
    case .reserved: false
    }
  }

  /// The address in a `sockaddr` of a family; nil for families other than IP.
  init?(socketAddress: UnsafeRawPointer, family: Int32) {
    switch family {
    case AF_INET: self.init(socketAddress.loadUnaligned(as: sockaddr_in.self).sin_addr)
    case AF_INET6: self.init(socketAddress.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
    default: return nil
    }
  }

  private init(_ address: in_addr) {
    reach = Self.reach(ofVersion4: UInt32(bigEndian: address.s_addr))
    text = Self.text(of: address, family: AF_INET)
    isVersion6 = false
  }

  private init(_ address: in6_addr) {
    reach = withUnsafeBytes(of: address) { Self.reach(ofVersion6: Array($0)) }
    text = Self.text(of: address, family: AF_INET6)
    isVersion6 = true
  }

  private static func text(of address: some Any, family: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    withUnsafeBytes(of: address) {
      _ = inet_ntop(family, $0.baseAddress, &buffer, socklen_t(buffer.count))
    }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func reach(ofVersion4 address: UInt32) -> Reach {
    for (network, bits, reach) in specialNetworks where (address ^ network) >> (32 - bits) == 0 {
      return reach
    }
    return .open
  }

  private static let specialNetworks: [(network: UInt32, bits: UInt32, reach: Reach)] = [
    (0x0000_0000, 8, .reserved), (0x0A00_0000, 8, .privateNetwork), (0x6440_0000, 10, .privateNetwork),
    (0x7F00_0000, 8, .loopback), (0xA9FE_0000, 16, .reserved), (0xAC10_0000, 12, .privateNetwork),
    (0xC000_0000, 24, .reserved), (0xC0A8_0000, 16, .privateNetwork), (0xC612_0000, 15, .privateNetwork),
    (0xE000_0000, 4, .reserved), (0xF000_0000, 4, .reserved),
  ]

  private static func reach(ofVersion6 bytes: [UInt8]) -> Reach {
    func version4(at offset: Int) -> Reach {
      reach(ofVersion4: bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) })
    }
    let zeros = bytes.prefix { $0 == 0 }.count
    switch (bytes[0], bytes[1]) {
    case (0, _) where zeros == 15 && bytes[15] == 1: return .loopback
    // ::ffff:a.b.c.d is the IPv4 address itself; the others of ::/8 are NAT64's or nobody's.
    case (0, _) where zeros == 10 && bytes[10] == 0xFF && bytes[11] == 0xFF: return version4(at: 12)
    case (0, 0x64) where bytes[2] == 0xFF && bytes[3] == 0x9B && bytes[4..<12].allSatisfy { $0 == 0 }:
      return version4(at: 12)
    case (0x20, 0x02): return version4(at: 2)
    case (0xFC, _), (0xFD, _): return .privateNetwork
    // The open network of today is 2000::/3 and nothing else.
    case (0x20...0x3F, _): return .open
    default: return .reserved
    }
  }
}
