@testable import Charts
import Foundation
import FoundationXML
import Testing

private let histogram = Histogram(title: "h", bins: Bins(of: [1, 2], count: 2, from: 1, to: 2)).drawing

private func page(_ words: String) -> Page {
  Page(
    title: words, subtitle: words,
    blocks: [
      .notice(.bad, words), .notice(.good, words),
      .section(
        words, [.paragraph(words), .definitions([(words, words)]), .section(words, [.paragraph(words)])]),
      .section(
        "tables",
        [
          .table(
            PageTable(
              columns: [.init(words), .init("n", isNumeric: true)], rows: [[.init(words, mark: .bad), "1"]])),
          .figure(histogram, caption: words), .figures([histogram, histogram], caption: words),
        ]),
    ])
}

/// The body as XML: what is written there is also well-formed as such.
private func body(of html: String) -> Substring {
  html.split(separator: "</head>\n").last?.split(separator: "</html>").first ?? ""
}

@Test func `The same page has the same bytes`() {
  #expect(page("a").html == page("a").html)
  #expect(page("a") == page("a") && page("a") != page("b"))
}

@Test(arguments: ["a", "<b>&\"'</b>", "</style><script>", "\u{0}\u{7}", ""])
func `Any words are words and never markup`(words: String) {
  let html = page(words).html
  #expect(XMLParser(data: Data(body(of: html).utf8)).parse())
  #expect(!html.contains("<script") && !html.contains("<b>"))
}

@Test func `Nothing is loaded and nothing runs`() {
  let html = page("a").html
  #expect(html.contains("default-src 'none'"))
  for word in ["http:", "https:", "src=", "@import", "url(", "<script", "onload"] {
    #expect(!html.contains(word))
  }
}

@Test func `The contents lead to the sections`() {
  let html = page("a").html
  for number in [1, 3] {
    #expect(html.contains("href=\"#s\(number)\"") && html.contains("id=\"s\(number)\""))
  }
  #expect(!html.contains("href=\"#s2\""))
}

@Test func `What is bad says so with a sign, and numbers stand at the right`() {
  let html = page("leak").html
  #expect(
    html.contains("<span class=\"mark bad\">✗ leak</span>") && html.contains("<td class=\"number\">1</td>"))
}

@Test func `The style sheet stands once, with colours for light and dark`() {
  let html = page("a").html
  #expect(html.split(separator: "<style>").count == 2 && html.contains("prefers-color-scheme: dark"))
}
