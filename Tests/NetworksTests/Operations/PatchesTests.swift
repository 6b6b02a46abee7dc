import Testing

@testable import Networks

@Test func `Patches obey the law, repeat the last value behind the end, and refuse what does not fit`() throws
{
  for (series, length, width, stride, padding) in [(2, 10, 4, 2, 2), (1, 7, 3, 3, 4), (3, 5, 5, 1, 0)] {
    try GradientLaw([[series, length]]) { graph, nodes in
      try graph.patches(nodes[0], length: width, stride: stride, padding: padding)
    }.check()
  }
  let law = try GradientLaw([[1, 4]]) { try $0.patches($1[0], length: 2, stride: 2, padding: 3) }
  let x = law.values[0]
  #expect(law.run().result == [x[0], x[1], x[2], x[3], x[3], x[3]])
  #expect(throws: NetworkError.self) {
    try GradientLaw([[1, 4]]) { try $0.patches($1[0], length: 9, stride: 2, padding: 2) }
  }
}
