package import Artifacts

/// A part of a model: a function from a graph's node to another, written forward only.
///
/// A new block is a type that conforms and a line in ``BlockLibrary``; then every model file can name it.
package protocol Block: Sendable {
  /// The name by which model files call it.
  static var name: String { get }
  /// Reads its settings; what it does not read is refused as unknown.
  init(_ settings: inout BlockSettings) throws(NetworkError)
  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node
}

/// What a network is recorded for.
package struct WindowShape: Sendable, Equatable {
  /// L.
  package var lookback: Int
  /// H.
  package var horizon: Int
  /// Rows between the last of the window and the first of the horizon.
  package var shift: Int
  /// F.
  package var features: Int
  /// K.
  package var targets: Int
  /// What the features are called; empty where nobody says.
  package var featureNames: [String]
  /// The positions of the K targets among the features; empty for labels, which are no features.
  package var targetColumns: [Int]
  /// E.
  package var entities: Int
  /// What the numbers of a step mean.
  package var reading: Network.Reading

  package init(
    lookback: Int, horizon: Int, shift: Int = 0, features: Int, featureNames: [String] = [],
    targetColumns: [Int], labels: Int = 0, entities: Int, reading: Network.Reading = .point
  ) {
    targets = labels > 0 ? labels : targetColumns.count
    self.reading = reading
    self.lookback = lookback
    self.horizon = horizon
    self.shift = shift
    self.features = features
    self.featureNames = featureNames
    self.targetColumns = targetColumns
    self.entities = entities
  }

  package init(_ signature: Signature, reading: Network.Reading) {
    self.init(
      lookback: signature.lookback, horizon: signature.horizon,
      shift: signature.hasLabels ? 0 : signature.labelStart - 1, features: signature.features.count,
      featureNames: signature.features, targetColumns: signature.targetColumns,
      labels: signature.hasLabels ? signature.targets.count : 0,
      entities: signature.entities.count, reading: reading)
  }

  /// Whether the targets are labels, which no block may look for among the features.
  package var hasLabels: Bool { targetColumns.isEmpty }

  /// Where the targets stand among the columns of windows [S, T, F] of all features, or [S, T, K] of the targets.
  ///
  /// Columns say no more than how many they are. Where features and targets are as many, all features are targets, and
  /// only their order could tell which of the two a block was given: so it has to be the same.
  func columns(of x: Node, in graph: Graph, for block: String) throws(NetworkError) -> [Int] {
    try requireTargetColumns(block, in: graph)
    try graph.require(
      x.shape.rank == 3 && [targets, features].contains(x.shape.last),
      """
      '\(block)' takes windows [S, L, C] of the \(targets) targets or of all \(features) features, not \(x.shape); put \
      it before what mixes columns, and before 'channels'
      """)
    try graph.require(
      targets != features || targetColumns == Array(0..<targets),
      """
      all \(features) features are targets, in another order, so '\(block)' cannot tell one from the other; name the \
      targets in the order of the features
      """)
    return x.shape.last == targets ? Array(0..<targets) : targetColumns
  }

  /// Demands that the targets are features, for a block that looks at their past.
  func requireTargetColumns(_ block: String, in graph: Graph) throws(NetworkError) {
    try graph.require(
      !hasLabels,
      "'\(block)' looks at the targets' own past, and labels have none; leave it out, or forecast columns")
  }

  /// Demands that the horizon begins right behind the window, for a block that goes on from row to row.
  func requireNoShift(_ block: String, in graph: Graph) throws(NetworkError) {
    try graph.require(
      shift == 0,
      """
      '\(block)' goes on from the last row of the window to the next, and these windows forecast from \(shift + 1) rows \
      ahead; prepare windows without 'shift', or take a model that forecasts all steps at once
      """)
  }
}

/// Blocks one after the other.
///
/// A block's parameters are named by the block, with a number where its list holds several of that name.
package struct BlockSequence: Sendable {
  private struct Element: Sendable {
    let name: String
    /// Where it stands in the model's file.
    let place: String
    let block: any Block
  }

  private let blocks: [Element]

  /// Reads a list of `{name: settings}`; a block without settings may be its name alone.
  package init(_ json: JSON?, path: String) throws(NetworkError) {
    guard let elements = json?.array else {
      let name = path.split(separator: ".").last.map(String.init) ?? "network"
      throw .setting(
        path: path.isEmpty ? "network" : path, name: name,
        problem: "should be a list of blocks, such as [flatten, head]")
    }
    var found: [(place: String, block: any Block)] = []
    for (index, element) in elements.enumerated() {
      let here = path.isEmpty ? "network.\(index)" : "\(path).\(index)"
      found.append((here, try BlockLibrary.block(element, path: here)))
    }
    var seen: [String: Int] = [:]
    blocks = found.map { place, block in
      let name = type(of: block).name
      let number = seen[name, default: 0]
      seen[name] = number + 1
      let isAlone = found.count { type(of: $0.block).name == name } == 1
      return Element(name: isAlone ? name : "\(name).\(number)", place: place, block: block)
    }
  }

  package func record(
    _ x: Node, in graph: inout Graph, _ window: WindowShape
  ) throws(NetworkError) -> Node {
    var node = x
    for element in blocks {
      node = try graph.within(element.name, at: element.place) { graph throws(NetworkError) in
        try element.block.record(node, in: &graph, window)
      }
    }
    return node
  }
}

/// The blocks that model files can name.
package enum BlockLibrary {
  static let all: [any Block.Type] = [
    LinearBlock.self, DropoutBlock.self, LayerNormBlock.self, BatchNormBlock.self, ResidualBlock.self,
    RepeatBlock.self, TargetsBlock.self, ChannelsBlock.self, NormalizeBlock.self, DecomposeBlock.self,
    FlattenBlock.self, PoolBlock.self, RecurrentBlock<LSTMCell>.self, RecurrentBlock<GRUCell>.self,
    PositionBlock.self, PatchesBlock.self, AttentionBlock.self, EncoderBlock.self, NBEATSBlock.self,
    EntityBlock.self, DenseBlock.self, SystemBlock.self, HeadBlock.self, InitializeBlock.self,
    ActivationBlock.self, BoundedBlock.self, ConvolutionBlock.self,
    FeatureExtractorBlock.self, ExtraTokensBlock.self, HeadStagesBlock.self, ProjectBlock.self,
    EmbedBlock.self, DelayLineBlock.self, MaskedLinearBlock.self, DynamicBlock.self, TimeFrequencyBlock.self,
    AutoregressiveBlock.self, RecurrentDecoderBlock.self, DeepARBlock.self, StateDecoderBlock.self,
    CalendarBlock.self, TimeToVecBlock.self, ProcessForecastBlock.self,
    NHiTSBlock.self, NBEATSCorrectionBlock.self, ProcessFeaturesBlock.self, ProcessEncoderBlock.self,
  ]

  /// Reads one `{name: settings}`.
  static func block(_ json: JSON, path: String) throws(NetworkError) -> any Block {
    let (name, settings): (String, JSON)
    if let text = json.string {
      (name, settings) = (text, .object([:]))
    } else if let entry = json.object?.first, json.object?.count == 1 {
      (name, settings) = (entry.key, entry.value == .null ? .object([:]) : entry.value)
    } else {
      throw .setting(
        path: path, name: "block", problem: "should be one name with its settings, not \(json.inline)")
    }
    guard let type = all.first(where: { $0.name == name }) else {
      throw .unknownBlock(path: path, name: name, known: all.map { $0.name }.sorted())
    }
    var fields = try BlockSettings(settings, path: path + "." + name)
    let block = try type.init(&fields)
    try fields.finish()
    return block
  }
}
