private import Artifacts

/// Names that Kubernetes takes (RFC 1123 labels).
package enum KubernetesName {
  /// A job's name becomes part of its pods' names, which add eleven characters, and a label's value has at most 63.
  private static let longest = 52

  /// Whether somebody's own choice of a name will do.
  package static func isValid(_ name: String) -> Bool {
    (1...40).contains(name.utf8.count) && name.utf8.allSatisfy(isPlain) && name.first != "-"
      && name.last != "-"
  }

  /// The name of a step's job, unique among the steps.
  ///
  /// Steps may have `@`, `.` and `_` in their names; where one had to be changed, a piece of its digest tells it from
  /// another that would look the same.
  static func job(of step: String, in pipeline: String) -> String {
    let wanted = pipeline + "-" + step
    if wanted.utf8.allSatisfy(isPlain), wanted.utf8.count <= longest, wanted.last != "-" { return wanted }
    let plain = String(
      decoding: wanted.lowercased().utf8.map { isPlain($0) ? $0 : UInt8(ascii: "-") }, as: UTF8.self)
    let suffix = "-" + Digest(of: step).hex.prefix(8)
    var start = plain.prefix(longest - suffix.count)
    while start.last == "-" { start.removeLast() }
    return start + suffix
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
    default: false
    }
  }
}
