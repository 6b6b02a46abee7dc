private import Artifacts

/// Names that Kubernetes takes: labels of RFC 1123, with dots between them for some
/// (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/).
package enum KubernetesName {
  /// A job's name becomes part of its pods' names, which add eleven characters, and a label's value has at most 63.
  private static let longest = 52

  /// What a name that somebody chose is for.
  package enum Use: Sendable {
    /// What the names of our own objects begin with, which leaves them room for the step's.
    case prefix
    case namespace
    /// An object that is there already: its name may have dots.
    case object

    var longest: Int {
      switch self {
      case .prefix: 40
      case .namespace: 63
      case .object: 253
      }
    }
  }

  /// Whether somebody's own choice of a name will do.
  package static func isValid(_ name: String, for use: Use) -> Bool {
    guard name.utf8.count <= use.longest else { return false }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    return (labels.count == 1 || use == .object) && labels.allSatisfy(isLabel)
  }

  private static func isLabel(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(isPlain) && text.first != "-" && text.last != "-"
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
