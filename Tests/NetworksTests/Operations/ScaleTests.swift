import Testing

@testable import Networks

@Test(arguments: [[1], [3, 3], [2, 8], [5, 13]] as [Shape])
func `Scaling obeys the law`(_ shape: Shape) throws {
  try GradientLaw([shape]) { graph, nodes in graph.scale(nodes[0], by: -1.75) }.check()
  try GradientLaw([shape]) { graph, nodes in
    let once = graph.scale(nodes[0], by: 0.3, plus: 2)
    return try graph.add(graph.scale(once, by: 3), graph.scale(once, by: -0.5, plus: 1))
  }.check()
}
