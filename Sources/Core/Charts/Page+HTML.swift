extension Page {
  /// The document.
  package var html: String {
    var text = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="color-scheme" content="light dark">
      <title>\(SVG.escaped(title))</title>
      <style>
      \(ChartStyle.palette(of: ":root"))\(ChartStyle.marks)\(PageStyle.sheet)</style>
      </head>
      <body>
      <header>
      <h1>\(SVG.escaped(title))</h1>

      """
    if !subtitle.isEmpty { text += "<p class=\"lead\">\(SVG.escaped(subtitle))</p>\n" }
    text += "</header>\n"
    text += contents
    text += "<main>\n"
    var writer = Writer()
    for block in blocks { writer.write(block, level: 2) }
    return text + writer.text + "</main>\n</body>\n</html>\n"
  }

  /// Links to the sections, where there are several.
  private var contents: String {
    let titles = blocks.compactMap { block -> String? in
      if case .section(let title, _) = block { title } else { nil }
    }
    guard titles.count > 1 else { return "" }
    // Sections are numbered in the order in which they are written, those within them as well.
    var number = 0
    var links = ""
    for block in blocks {
      guard case .section(let title, _) = block else { continue }
      links += "<a href=\"#s\(number + 1)\">\(SVG.escaped(title))</a>\n"
      number += Self.sectionCount(block)
    }
    return "<nav>\n\(links)</nav>\n"
  }

  private static func sectionCount(_ block: Block) -> Int {
    guard case .section(_, let blocks) = block else { return 0 }
    return blocks.reduce(1) { $0 + sectionCount($1) }
  }

  /// Writes blocks one after the other.
  private struct Writer {
    var text = ""
    private var sections = 0

    mutating func write(_ block: Block, level: Int) {
      switch block {
      case .section(let title, let blocks):
        sections += 1
        let heading = "h\(min(level, 6))"
        text += "<section id=\"s\(sections)\">\n<\(heading)>\(SVG.escaped(title))</\(heading)>\n"
        for block in blocks { write(block, level: level + 1) }
        text += "</section>\n"
      case .paragraph(let words): text += "<p>\(SVG.escaped(words))</p>\n"
      case .notice(let mark, let words):
        text += "<p class=\"notice \(mark.rawValue)\">\(mark.sign) \(SVG.escaped(words))</p>\n"
      case .definitions(let list): write(list)
      case .table(let table): write(table)
      case .figure(let drawing, let caption): write([drawing], caption, look: "wide")
      case .figures(let drawings, let caption): write(drawings, caption, look: "pair")
      }
    }

    private mutating func write(_ list: [(term: String, words: String)]) {
      text += "<dl>\n"
      for item in list { text += "<dt>\(SVG.escaped(item.term))</dt><dd>\(SVG.escaped(item.words))</dd>\n" }
      text += "</dl>\n"
    }

    private mutating func write(_ table: PageTable) {
      let looks = table.columns.map { $0.isNumeric ? " class=\"number\"" : "" }
      text += "<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr>"
      for (column, look) in zip(table.columns, looks) {
        text += "<th scope=\"col\"\(look)>\(SVG.escaped(column.name))</th>"
      }
      text += "</tr></thead>\n<tbody>\n"
      for row in table.rows {
        text += "<tr>" + zip(row, looks).map { Self.cell($0, $1) }.joined() + "</tr>\n"
      }
      text += "</tbody></table></div>\n"
    }

    private static func cell(_ cell: PageTable.Cell, _ look: String) -> String {
      let words = SVG.escaped(cell.text)
      guard let mark = cell.mark else { return "<td\(look)>\(words)</td>" }
      return "<td\(look)><span class=\"mark \(mark.rawValue)\">\(mark.sign) \(words)</span></td>"
    }

    private mutating func write(_ drawings: [Drawing], _ caption: String, look: String) {
      text += "<figure>\n<div class=\"\(look)\">\n" + drawings.map(\.inlined).joined() + "</div>\n"
      if !caption.isEmpty { text += "<figcaption>\(SVG.escaped(caption))</figcaption>\n" }
      text += "</figure>\n"
    }
  }
}

extension Page.Mark {
  /// What tells it without colour.
  fileprivate var sign: String {
    switch self {
    case .good: "✓"
    case .warning: "▲"
    case .bad: "✗"
    }
  }
}
