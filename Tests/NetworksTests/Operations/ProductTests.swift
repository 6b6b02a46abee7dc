import Testing

@testable import Networks

@Test(arguments: [([], 3, 4, 5), ([1], 1, 1, 1), ([3], 2, 7, 5), ([2, 3], 9, 8, 17), ([2], 13, 33, 4)])
func `Products of pairs of matrices obey the law`(_ pairs: [Int], _ m: Int, _ k: Int, _ n: Int) throws {
  try GradientLaw([Shape(pairs + [m, k]), Shape(pairs + [k, n])]) { graph, nodes in
    try graph.product(nodes[0], nodes[1])
  }.check()
}

@Test func `A matrix times itself, and a product in a product, obey the law`() throws {
  try GradientLaw([[2, 5, 5]]) { graph, nodes in
    let square = try graph.product(nodes[0], nodes[0])
    return try graph.product(square, try graph.product(square, nodes[0]))
  }.check()
}

@Test func `Matrices that do not fit are refused with both shapes`() throws {
  for (a, b) in [([2, 3, 4], [2, 3, 4]), ([2, 3, 4], [3, 4, 5]), ([3, 4], [2, 4, 5]), ([4], [4])]
    as [(Shape, Shape)]
  {
    #expect(
      throws: NetworkError.shape(
        path: "", problem: "\(a) and \(b) have no product; [.., M, K] and [.., K, N] do")
    ) {
      var graph = Graph()
      let left = graph.parameter("a", a, .constant(0))
      let right = graph.parameter("b", b, .constant(0))
      _ = try graph.product(left, right)
    }
  }
}
