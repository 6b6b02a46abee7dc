/// A linear layer in time and one in frequency, added: [S, T, D] to [S, steps, width];
/// `time-frequency: {steps: 64, width: 8, activation: gelu, bias: true}`.
///
/// In time it is that of `project`. In frequency the columns' spectra go through a complex linear layer, all frequencies
/// of all columns to all, and come back as so many steps; the spectrum of n steps has ⌊n / 2⌋ + 1 frequencies, and n may
/// be odd. «Orthogonal transforms in neural networks amount to effective regularization»,
/// https://arxiv.org/abs/2305.06344.
struct TimeFrequencyBlock: Block {
  static let name = "time-frequency"
  private let steps: Extent
  private let width: Extent
  private let activation: Activation
  private let hasBias: Bool

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    steps = try settings.extent("steps")
    width = try settings.extent("width")
    activation = try settings.choice("activation", default: .identity)
    hasBias = try settings.truth("bias", default: true)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.require(x.shape.rank == 3, "spectra are those of sequences [S, T, D], not of \(x.shape)")
    let (steps, width) = (steps.value(for: window), width.value(for: window))
    let time = try graph.within("time") { graph throws(NetworkError) in
      try graph.projectedLayer(x, steps: steps, width: width, hasBias: hasBias)
    }
    let frequency = try graph.within("frequency") { graph throws(NetworkError) in
      try filtered(x, steps: steps, width: width, in: &graph)
    }
    return graph.activate(try graph.add(time, frequency), by: activation)
  }

  private func filtered(
    _ x: Node, steps: Int, width: Int, in graph: inout Graph
  ) throws(NetworkError) -> Node {
    let samples = x.shape[0]
    let spectra = try graph.fourier(try graph.exchange(x, axis: 1, axis: 2))
    let inputs = spectra.shape[1] * spectra.shape[2]
    let frequencies = FourierTransform.frequencies(steps)
    let outputs = width * frequencies
    let weight = graph.parameter(
      "weight", [inputs, outputs, 2], graph.beginning.weight(inputs: inputs, outputs: outputs))
    let bias = hasBias ? graph.parameter("bias", [outputs, 2], graph.beginning.bias(inputs: inputs)) : nil
    let made = try graph.complexLinear(
      try graph.reshape(spectra, [samples, inputs, 2]), weight: weight, bias: bias)
    let series = try graph.inverseFourier(
      try graph.reshape(made, [samples, width, frequencies, 2]), length: steps)
    return try graph.exchange(series, axis: 1, axis: 2)
  }
}
