import Testing

@testable import Networks

@Test(arguments: [1, 2, 3, 8, 13, 30])
func `The Fourier transform and its inverse obey the law`(_ length: Int) throws {
  try GradientLaw([[2, 3, length]]) { graph, nodes in try graph.fourier(nodes[0]) }.check()
  try GradientLaw([[2, 3, length / 2 + 1, 2]]) { graph, nodes in
    try graph.inverseFourier(nodes[0], length: length)
  }.check()
}

/// NumPy 2.4.6: `numpy.fft.rfft`.
@Test func `The Fourier transform is NumPy's, for even and odd lengths`() throws {
  let series: [Float] = [1, -2, 3.5, 0, 2, 7.25]
  for (length, expected) in [
    (6, [11.75, 0, 0.875, 6.71169688, -4.375, 9.30977309, 1.25, 0]),
    (5, [4.5, 0, -1.83155948, 1.74697768, 2.08155948, 5.67983882]),
  ] {
    var law = try GradientLaw([[length]]) { graph, nodes in try graph.fourier(nodes[0]) }
    law.values[0] = Array(series.prefix(length))
    let made = law.run()
    #expect(law.result.shape == [length / 2 + 1, 2])
    for (value, number) in zip(made.result, expected) { #expect(abs(Double(value) - number) < 1e-5) }
  }
}

@Test(arguments: [1, 2, 7, 96, 335, 336])
func `A series comes back from its frequencies`(_ length: Int) throws {
  let law = try GradientLaw([[3, length]]) { graph, nodes in
    try graph.inverseFourier(try graph.fourier(nodes[0]), length: length)
  }
  for (made, given) in zip(law.run().result, law.values[0]) { #expect(abs(made - given) < 2e-6) }
}

@Test func `Frequencies that do not fit the length are refused`() throws {
  #expect(
    throws: NetworkError.shape(
      path: "", problem: "a series of 8 values needs frequencies of [..., 5, 2], not [3, 4, 2]")
  ) {
    var graph = Graph()
    let x = graph.parameter("x", [3, 4, 2], .constant(0))
    _ = try graph.inverseFourier(x, length: 8)
  }
}
