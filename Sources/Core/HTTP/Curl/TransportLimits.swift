/// How long a transfer may take, and how much of a header it may bring.
package struct TransportLimits: Sendable, Equatable {
  /// To find the host, connect, and agree on keys.
  package var connectSeconds: Double = 10
  /// A transfer that brings less than ``stallBytes`` in so many seconds is given up, also before its header.
  package var stallSeconds: Double = 20
  package var stallBytes = 1000
  /// From the start of a request to the last byte of its body.
  package var totalSeconds: Double = 120
  package var headerLines = 256
  package var headerBytes = 64 << 10
  package var redirects = 3
  /// Whether a host may lead into a private network such as 10.0.0.0/8, where a mirror may be.
  ///
  /// Addresses of this machine and link-local ones stay forbidden: those are where credentials are.
  package var allowsPrivateAddresses = false

  package init() {}
}
