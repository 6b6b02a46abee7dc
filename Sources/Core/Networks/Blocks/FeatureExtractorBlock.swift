/// From the columns of each row to a model's width, [S, L, C] to [S, L, width], in one layer or several:
/// `feature-extractor: {version: v2, width: 128, depth: 2, residual: true, dropout: 0.1, without: none}`.
///
/// Both versions are one rectified layer at `depth: 0`. Then `v1` has a rectified layer of width ÷ (depth + 1) and
/// either as many ``ResidualStage``s and a rectified layer of the full width, or rectified layers each wider by the same
/// step; `v2` has `depth` stages, each wider by width ÷ depth, with layer normalisation behind each. The last stage
/// takes what the division leaves. Dropout is behind the first layer of `v1` and inside the residual stages of `v2`.
/// `without` names a column that tells the time and not a feature.
struct FeatureExtractorBlock: Block {
  static let name = "feature-extractor"
  private let version: EncoderVersion
  private let width: Int
  private let depth: Int
  private let isResidual: Bool
  private let dropout: Float
  private let without: Column?

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    version = try settings.choice("version", default: .v2)
    width = try settings.integer("width")
    depth = try settings.integer("depth", default: 0, in: 0...100)
    isResidual = try settings.truth("residual", default: false)
    dropout = try settings.number("dropout", default: 0, in: 0...0.99)
    without = try settings.column("without", absent: "none")
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.require(x.shape.rank == 3, "features are those of sequences [S, L, C], not of \(x.shape)")
    var node = x
    if let without {
      try graph.require(
        x.shape.last == window.features,
        "a column is left out of windows of all \(window.features) features, not of \(x.shape)")
      node = try graph.leavingOut(try window.place(of: without, in: graph), of: x)
    }
    let stages = version == .v1 ? depth + 1 : max(depth, 1)
    let step = width / stages
    try graph.require(
      step > 0, "a width of \(width) cannot grow in \(stages) stages; lower depth, or widen the model")
    if version == .v1 || depth == 0 {
      node = try graph.within("input") { graph throws(NetworkError) in
        try graph.linearLayer(node, width: depth == 0 ? width : step, activation: .relu)
      }
      if version == .v1 { node = try graph.dropout(node, rate: dropout) }
    }
    for number in 0..<depth {
      // The first layer of v1 was the first step already.
      let reached = step * (number + (version == .v1 ? 2 : 1))
      let grown = number == depth - 1 ? width : reached
      let keepsWidth = version == .v1 && isResidual
      node = try graph.within(String(number)) { graph throws(NetworkError) in
        try graph.stage(
          node, width: keepsWidth ? step : grown, version, isResidual: isResidual, dropout: dropout)
      }
    }
    guard version == .v1, depth > 0, isResidual else { return node }
    return try graph.within("output") { graph throws(NetworkError) in
      try graph.linearLayer(node, width: width, activation: .relu)
    }
  }
}

/// Which of two forms extractor and head have.
enum EncoderVersion: String, CaseIterable { case v1, v2 }

/// Stages between a pooled vector and the head: `head-stages: {layers: 2, version: v1, residual: false, dropout: 0}`.
///
/// `layers` counts the head itself, so 1 records nothing. A stage is that of ``FeatureExtractorBlock``, and keeps the
/// width.
struct HeadStagesBlock: Block {
  static let name = "head-stages"
  private let layers: Int
  private let version: EncoderVersion
  private let isResidual: Bool
  private let dropout: Float

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    layers = try settings.integer("layers", default: 1, in: 1...100)
    version = try settings.choice("version", default: .v2)
    isResidual = try settings.truth("residual", default: false)
    dropout = try settings.number("dropout", default: 0, in: 0...0.99)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    var node = x
    for number in 0..<(layers - 1) {
      node = try graph.within(String(number)) { graph throws(NetworkError) in
        try graph.stage(node, width: x.shape.last, version, isResidual: isResidual, dropout: dropout)
      }
    }
    return node
  }
}

extension Graph {
  /// One stage of an extractor or a head.
  ///
  /// `v1` is a rectified layer, or if residual N(X + gelu(X W + b)), N the layer normalisation, which keeps the width.
  /// `v2` is a normalised rectified layer, or if residual N(X V + c + dropout(relu(X) W + b)).
  fileprivate mutating func stage(
    _ x: Node, width: Int, _ version: EncoderVersion, isResidual: Bool, dropout rate: Float
  ) throws(NetworkError) -> Node {
    guard isResidual else {
      let made = try linearLayer(x, width: width, activation: .relu)
      return version == .v1 ? made : try normalizedStage(made)
    }
    switch version {
    case .v1: return try normalizedStage(try add(x, try linearLayer(x, width: width, activation: .gelu)))
    case .v2:
      let skip = try within("skip") { graph throws(NetworkError) in try graph.linearLayer(x, width: width) }
      let rectified = activate(x, by: .relu)
      let branch = try within("branch") { graph throws(NetworkError) in
        try graph.dropout(try graph.linearLayer(rectified, width: width), rate: rate)
      }
      return try normalizedStage(try add(skip, branch))
    }
  }

  private mutating func normalizedStage(_ x: Node) throws(NetworkError) -> Node {
    try within("norm") { graph throws(NetworkError) in try graph.layerNormLayer(x) }
  }
}
