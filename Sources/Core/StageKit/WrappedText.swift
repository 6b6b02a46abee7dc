/// Text cut into lines that fit a terminal.
package enum WrappedText {
  /// Lines of at most `width` characters, cut between words; the first is moved in by `first` blanks, the others by
  /// `rest`.
  ///
  /// A word that is longer than a line has one to itself.
  package static func lines(_ text: String, width: Int = 80, first: Int = 0, rest: Int = 0) -> [String] {
    var lines: [String] = []
    var line = String(repeating: " ", count: first)
    var isEmpty = true
    for word in text.split(separator: " ") {
      if !isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = String(repeating: " ", count: rest)
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return lines + [line]
  }

  /// Lines of parts with commas between them, cut behind a comma where that is possible.
  package static func lines(_ parts: [String], width: Int = 80) -> [String] {
    var lines: [String] = []
    for part in parts {
      if let last = lines.last, last.count + 2 + part.count <= width {
        lines[lines.count - 1] = last + ", " + part
      } else {
        if let last = lines.popLast() { lines.append(last + ",") }
        lines += Self.lines(part, width: width)
      }
    }
    return lines
  }
}
