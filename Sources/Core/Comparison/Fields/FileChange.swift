package import Artifacts

/// A file for people that two results do not share.
package struct FileChange: Sendable, Equatable {
  /// A line of a text, counted from 1.
  package struct Line: Sendable, Equatable {
    package var number: Int
    /// Empty behind the end of a text.
    package var old: String
    package var new: String
  }

  package var file: String
  /// Nil where the result has no such file.
  package var old: Digest?
  package var new: Digest?
  /// The first line that differs; nil where a file is no text, too large or missing.
  package var line: Line?

  static func all(from old: Artifact, to new: Artifact, findsLines: Bool = true) -> [FileChange] {
    let (olds, news) = (old.manifest.files, new.manifest.files)
    return Set((olds + news).map(\.file)).sorted().compactMap { file in
      let (before, after) = (olds.first { $0.file == file }, news.first { $0.file == file })
      guard before?.digest != after?.digest else { return nil }
      var change = FileChange(file: file, old: before?.digest, new: after?.digest)
      if findsLines, let before, let after, isText(before), isText(after) {
        change.line = firstDifferingLine(old.directory + "/" + file, new.directory + "/" + file)
      }
      return change
    }
  }

  private static func isText(_ entry: Manifest.FileEntry) -> Bool {
    let type = entry.mediaType
    return type.hasPrefix("text/") || type.hasSuffix("json") || type.hasSuffix("xml")
      || type.hasSuffix("yaml")
  }

  /// Larger texts are compared by their digests only.
  private static let limit = 64 << 20

  private static func firstDifferingLine(_ old: String, _ new: String) -> Line? {
    guard let a = try? Disk.read(old, limit: limit), let b = try? Disk.read(new, limit: limit) else {
      return nil
    }
    var same = 0
    while same < min(a.count, b.count), a[same] == b[same] { same += 1 }
    guard same < max(a.count, b.count) else { return nil }
    let isFeed: (UInt8) -> Bool = { $0 == UInt8(ascii: "\n") }
    let start = a[..<same].lastIndex(where: isFeed).map { $0 + 1 } ?? 0
    func line(_ text: [UInt8]) -> String {
      String(decoding: text[start...].prefix { !isFeed($0) }, as: UTF8.self)
    }
    return Line(number: a[..<same].count(where: isFeed) + 1, old: line(a), new: line(b))
  }
}
