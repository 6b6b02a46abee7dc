import Market
import Testing

private func page(_ opens: ClosedRange<Int>) -> CandlePage {
  var page = CandlePage(columnCount: 2)
  for open in opens {
    page.append(open: Int64(open), values: [Double(open), 0.5], text: Array("\(open).0,0.5".utf8))
  }
  return page
}

@Test func `A bar gives its values and its cells`() {
  let page = page(8...11)
  #expect(page.row(2) == [10, 0.5])
  #expect(String(decoding: page.cells(ofBar: 0), as: UTF8.self) == "8.0,0.5")
  #expect(String(decoding: page.cells(ofBar: 3), as: UTF8.self) == "11.0,0.5")
}

@Test func `Pages cut apart and joined are the same page`() {
  let whole = page(5...12)
  for cut in 0...whole.count {
    var joined = whole.bars(0..<cut)
    joined.append(contentsOf: whole.bars(cut..<whole.count))
    #expect(joined == whole)
  }
}

@Test func `The last bar goes without a trace`() {
  var one = page(1...2)
  one.removeLast()
  #expect(one == page(1...1))
  one.removeLast()
  #expect(one == CandlePage(columnCount: 2))
}

@Test func `Bars are equal by time and values, however they are written`() {
  var other = CandlePage(columnCount: 2)
  other.append(open: 2, values: [2, 0.5], text: Array("2,0.50".utf8))
  #expect(page(1...2).equalBar(1, to: other, 0))
  #expect(!page(1...2).equalBar(0, to: other, 0))
}

@Test func `The first bar from a time on is found`() {
  let page = page(3...9)
  #expect((0...12).map { page.firstBar(notBefore: Int64($0)) } == [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 7, 7])
}
