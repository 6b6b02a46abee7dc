/// Text cut into lines that fit a terminal.
package enum WrappedText {
  /// Lines of at most `width` characters, cut between words; all but the first begin with `indent` blanks.
  ///
  /// A word that is longer than a line has one to itself.
  package static func lines(_ text: String, width: Int = 80, indent: Int = 0) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = String(repeating: " ", count: indent) + word
      } else {
        line += line.isEmpty && lines.isEmpty ? String(word) : " " + word
      }
    }
    return lines + [line]
  }
}
