/// N-HiTS: stacks that look at the past at several rates, and forecast at several rates.
///
/// `nhits: {pool: [16, 8, 1], pooling: max, downsample: [24, 12, 1], blocks: 1, layers: 2, width: 512, dropout: 0,
/// naive: true}` takes series [S, L] and gives [S, H]: one stack for each number of `pool`, and beside it of
/// `downsample`, which say how many steps of the past are pooled to one, and how many of the forecast have one knot.
/// Dropout stands behind each layer. With `naive` the forecast begins with the last value. Challu et al.,
/// https://arxiv.org/abs/2201.12886, and https://github.com/Nixtla/neuralforecast.
struct NHiTSBlock: Block {
  static let name = "nhits"
  private let stacks: NBEATSStacks
  private let horizon: Extent

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    let pool = try settings.integers("pool", default: [2, 2, 1])
    let downsample = try settings.integers("downsample", default: [4, 2, 1])
    let pooling: PoolingKind = try settings.choice("pooling", default: .max)
    let blocks = try settings.integer("blocks", default: 1, in: 1...1000)
    let layers = try settings.integer("layers", default: 2, in: 1...100)
    let width = try settings.integer("width", default: 512)
    let dropout = try settings.number("dropout", default: 0, in: 0...0.99)
    guard pool.count == downsample.count else {
      throw .setting(
        path: settings.path, name: "downsample",
        problem: "has \(downsample.count) numbers and pool has \(pool.count); give either one for each stack")
    }
    let stacks = zip(pool, downsample).map { pool, downsample in
      NBEATSStack(
        interpolationBlocks: blocks, layers: layers, width: width, dropout: dropout, pool: pool,
        pooling: pooling, downsample: downsample)
    }
    self.stacks = NBEATSStacks(stacks, isNaive: try settings.truth("naive", default: true))
    horizon = try settings.extent("horizon", default: .named(.horizon))
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try stacks.forecast(x, horizon: horizon.value(for: window), in: &graph)
  }
}
