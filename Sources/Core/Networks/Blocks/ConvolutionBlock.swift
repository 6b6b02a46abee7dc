/// A convolution over the steps of sequences, [S, T, D] to [S, T', width]:
/// `convolution: {width: 48, kernel: 5, stride: 1, groups: 1, padding: none, activation: identity, bias: true}`.
///
/// Of series [S, T], which it takes too, it makes [S, T', width].
struct ConvolutionBlock: Block {
  static let name = "convolution"
  private let width: Extent
  private let kernel: Int
  private let stride: Int
  private let groups: Int
  private let padding: ConvolutionPadding
  private let activation: Activation
  private let hasBias: Bool

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    width = try settings.extent("width")
    kernel = try settings.integer("kernel", in: 1...10_000)
    stride = try settings.integer("stride", default: 1, in: 1...10_000)
    groups = try settings.integer("groups", default: 1)
    padding = try settings.choice("padding", default: ConvolutionPadding.none)
    activation = try settings.choice("activation", default: .identity)
    hasBias = try settings.truth("bias", default: true)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    let sequences = x.shape.rank == 2 ? try graph.reshape(x, [x.shape[0], x.shape[1], 1]) : x
    let made = try graph.convolutionLayer(
      sequences, width: width.value(for: window), kernel: kernel, stride: stride, groups: groups,
      padding: padding, hasBias: hasBias)
    return graph.activate(made, by: activation)
  }
}

extension Graph {
  /// A convolution with parameters of its own, `weight` and `bias`, begun as linear layers are.
  mutating func convolutionLayer(
    _ x: Node, width: Int, kernel: Int, stride: Int, groups: Int, padding: ConvolutionPadding, hasBias: Bool
  ) throws(NetworkError) -> Node {
    try require(x.shape.rank == 3, "a convolution takes sequences [S, T, D], not \(x.shape)")
    try require(
      x.shape.last % groups == 0 && width % groups == 0,
      "\(groups) groups cannot share \(x.shape.last) columns and \(width) outputs equally; choose a divisor of both"
    )
    let columns = x.shape.last / groups
    let weight = parameter(
      "weight", [kernel, columns, width],
      beginning.weight(inputs: kernel * columns, outputs: kernel * width / groups))
    let bias = hasBias ? parameter("bias", [width], beginning.bias(inputs: kernel * columns)) : nil
    return try convolution(x, weight: weight, bias: bias, stride: stride, groups: groups, padding: padding)
  }
}
