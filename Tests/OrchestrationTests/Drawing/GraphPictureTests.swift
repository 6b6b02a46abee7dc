import Orchestration
import Testing

private func box(_ name: String, _ reads: [Int], _ state: StepState? = nil) -> GraphPicture.Box {
  GraphPicture.Box(name: name, stage: "train", state: state, reads: reads)
}

/// The middle of each box by its name, read back from the document.
private func places(in svg: String) -> [String: (x: Double, y: Double)] {
  var places: [String: (x: Double, y: Double)] = [:]
  for line in svg.split(separator: "\n") where line.hasPrefix("<g><title>") {
    let parts = line.split(separator: "<text class=\"name\" x=\"")
    guard parts.count == 2 else { continue }
    let fields = parts[1].split(separator: "\"")
    guard let x = Double(fields[0]), let y = Double(fields[2]) else { continue }
    let name = fields[3].dropFirst().prefix { $0 != "<" }
    places[String(name)] = (x, y)
  }
  return places
}

@Test func `Every step stands right of those it reads, and no two stand on each other`() throws {
  let boxes = [
    box("a", []), box("b", [0]), box("c", [0]), box("d", [1, 2]), box("e", [0, 3]), box("f", []),
  ]
  let places = places(in: GraphPicture(boxes).svg)
  #expect(places.count == 6)
  for (index, box) in boxes.enumerated() {
    let own = try #require(places[box.name])
    for source in box.reads { #expect(try #require(places[boxes[source].name]).x < own.x) }
    for other in boxes[..<index] {
      let its = try #require(places[other.name])
      #expect(abs(own.x - its.x) > 100 || abs(own.y - its.y) > 46, "\(box.name) on \(other.name)")
    }
  }
}

@Test func `Edges that need not cross do not`() throws {
  // Listed so that each reader would cross the other.
  let svg = GraphPicture([box("a", []), box("b", []), box("late", [1]), box("early", [0])]).svg
  let places = places(in: svg)
  let (a, b) = (try #require(places["a"]), try #require(places["b"]))
  let (late, early) = (try #require(places["late"]), try #require(places["early"]))
  #expect((a.y < b.y) == (early.y < late.y))
}

@Test func `States are coloured, named and explained, and without a plan there is no legend`() {
  let plain = GraphPicture([box("a", []), box("b", [0])]).svg
  let known = GraphPicture([box("a", [], .fresh), box("b", [0], .maybe)]).svg
  #expect(!plain.contains("if an input changes") && !plain.contains("class=\"box fresh\""))
  #expect(known.contains("maybe: if an input changes") && !known.contains("restore: made before"))
  #expect(known.contains("class=\"box fresh\"") && known.contains("class=\"box maybe\""))
  #expect(known.contains("prefers-color-scheme: dark") && !known.contains("http://www.w3.org/1999"))
}

@Test func `Names are escaped and long ones cut in the middle, and equal graphs are equal bytes`() {
  let long = "model@" + String(repeating: "x", count: 60) + "-end"
  let boxes = [box("<b>&\u{1b}[31m", []), box(long, [0])]
  let svg = GraphPicture(boxes).svg
  #expect(svg == GraphPicture(boxes).svg)
  #expect(svg.contains("&lt;b&gt;&amp;\u{fffd}[31m") && !svg.contains("\u{1b}"))
  #expect(svg.contains("<title>\(long) (train)") && svg.contains("-end</text>"))
  #expect(!svg.contains(">\(long)</text>"))
}

@Test func `No steps, one step and four hundred are drawn`() {
  #expect(GraphPicture([]).svg.contains("no steps"))
  #expect(places(in: GraphPicture([box("a", [])]).svg).count == 1)
  let many = (0..<400).map { box("s\($0)", $0 < 40 ? [] : [$0 - 40, ($0 * 7) % 40]) }
  #expect(places(in: GraphPicture(many).svg).count == 400)
}
