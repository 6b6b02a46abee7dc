import Testing

@testable import Networks

@Test(arguments: [[1, 1], [3, 2], [2, 3, 5], [4, 8], [3, 13], [2, 45], [2, 64]] as [Shape])
func `Softmax obeys the law`(_ shape: Shape) throws {
  try GradientLaw([shape], from: -3, to: 3) { graph, nodes in graph.softmax(nodes[0]) }.check()
  try GradientLaw([shape]) { graph, nodes in
    try graph.add(graph.softmax(nodes[0]), graph.softmax(graph.scale(nodes[0], by: 2)))
  }.check()
}

@Test func `Softmax of great numbers is that of their differences`() throws {
  var law = try GradientLaw([[2, 11]]) { graph, nodes in graph.softmax(nodes[0]) }
  law.values[0] = (0..<22).map { $0 < 11 ? 1e30 : -1e4 + Float($0) }
  let made = law.run().result
  for value in made[..<11] { #expect(abs(value - 1 / 11) < 1e-6) }
  #expect(abs(made[11...].reduce(0, +) - 1) < 1e-6)
  #expect(abs(made[21] / made[20] - 2.718_281_8) < 1e-5)
}
