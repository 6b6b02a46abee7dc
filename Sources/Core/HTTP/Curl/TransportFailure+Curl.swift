import CCurl

extension TransportFailure {
  /// What a code of libcurl means for us, https://curl.se/libcurl/c/libcurl-errors.html.
  init(_ code: CURLcode, of transfer: CurlTransfer) {
    if let failure = transfer.failure {
      self = failure
      return
    }
    let words = transfer.words(for: code)
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST: self = .unresolvable(host: transfer.request.address.host)
    case CURLE_COULDNT_CONNECT:
      self = transfer.onlyPeerForbidden.map { .forbiddenAddress($0) } ?? .noConnection(words)
    // The handshake may also have been cut off, so it is worth another attempt; a wrong certificate is not.
    case CURLE_COULDNT_RESOLVE_PROXY, CURLE_OPERATION_TIMEDOUT, CURLE_SSL_CONNECT_ERROR, CURLE_PROXY:
      self = .noConnection(words)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
      CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
      self = .insecure(words)
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_WEIRD_SERVER_REPLY,
      CURLE_BAD_CONTENT_ENCODING,
      CURLE_WRITE_ERROR:
      self = .malformed(words)
    // A single line beyond all bounds is all that libcurl runs out of memory for.
    case CURLE_OUT_OF_MEMORY where !transfer.hasWholeHeader: self = .tooManyHeaders
    default: self = .cutOff(words)
    }
  }
}
