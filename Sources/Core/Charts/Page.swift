/// A self-contained HTML document: words, tables and charts, for screens of any size and for paper.
///
/// Nothing in it runs and nothing is loaded; it says so to the browser. The same page is the same bytes.
package struct Page: Sendable, Equatable {
  /// A part of a page, from top to bottom.
  package indirect enum Block: Sendable, Equatable {
    /// A heading and what stands under it; the page's contents lists the sections at its top.
    case section(String, [Block])
    case paragraph(String)
    /// A paragraph that must not be overlooked.
    case notice(Mark, String)
    case definitions([(term: String, words: String)])
    case table(PageTable)
    /// A chart over the whole width.
    case figure(Drawing, caption: String)
    /// Charts side by side as far as there is room.
    case figures([Drawing], caption: String)

    package static func == (left: Block, right: Block) -> Bool {
      switch (left, right) {
      case (.section(let title, let blocks), .section(let other, let others)):
        title == other && blocks == others
      case (.paragraph(let words), .paragraph(let others)): words == others
      case (.notice(let mark, let words), .notice(let other, let others)): mark == other && words == others
      case (.definitions(let list), .definitions(let others)): list.elementsEqual(others) { $0 == $1 }
      case (.table(let table), .table(let other)): table == other
      case (.figure(let drawing, let caption), .figure(let other, let words)):
        drawing == other && caption == words
      case (.figures(let drawings, let caption), .figures(let others, let words)):
        drawings == others && caption == words
      default: false
      }
    }
  }

  /// What a notice or a cell of a table means; each has a sign of its own besides its colour.
  package enum Mark: String, Sendable, CaseIterable {
    case good, warning, bad
  }

  package var title: String
  package var subtitle: String
  package var blocks: [Block]

  package init(title: String, subtitle: String = "", blocks: [Block]) {
    self.title = title
    self.subtitle = subtitle
    self.blocks = blocks
  }
}
