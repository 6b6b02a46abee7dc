import Artifacts
import Evaluation
import Features
import Forecasting
import Networks
import Tensors
import TestSupport
import Testing

private let split = SplitRule.fractions(train: 0.5, validation: 0.25, test: 0.25)
private let columns = "horizon: 3, targets: [close, other], transforms: [standardize]"

private let networkBlocks: JSON = [
  "targets", ["normalize": ["by": "last", "blocks": [["channels": ["blocks": ["head"]]]]]],
]

private func network(_ set: TrainingSet, _ blocks: JSON = networkBlocks, loss: Loss = .meanSquaredError)
  throws -> TrainedNetwork
{
  let training = Training(
    loss: loss,
    optimizer: Optimizer(
      .adam(first: 0.9, second: 0.999, epsilon: 1e-8, keepsGreatest: false, decouplesDecay: false),
      weightDecay: 0),
    schedule: Schedule(.constant, peak: 0.01), batch: 16, epochs: 3, seed: 3, keep: 2)
  return try Trainer(blocks, training: training, table: set.table, threads: 1).run()
}

private func ridge(_ set: TrainingSet) throws -> LinearMap {
  try RidgeRegression(lookbacks: [], penalties: [1], subtractsLast: true).fit(to: set.table, threads: 1).map
}

/// Publishes a model as `train` does, as far as ensembles look at it.
private func source(
  _ model: Forecaster.Model, _ name: String, of set: TrainingSet, in folder: TemporaryFolder,
  figure: Double? = nil, more: (Publication) throws -> [String: JSON] = { _ in [:] }
) throws -> EnsembleFit.Source {
  let forecaster = try set.forecaster(with: model)
  let fitted = FittedModel(
    forecaster: forecaster,
    intervals: Scoring(forecaster: forecaster, table: set.table, baselines: [], threads: 1).calibrate(
      coverages: [0.8]
    ) { _, _ in }.offsets,
    season: 6, name: name, units: set.units)
  let metrics = figure.map { ["validation/mse": $0] } ?? [:]
  let artifact = try folder.publish(
    .model, step: name, key: folder.key("\(name) \(set.table.signature.json.inline) \(set.trainedThrough)"),
    metrics: metrics
  ) {
    var facts = try fitted.write(to: $0)
    facts["trainedThrough"] = JSON(Int(set.trainedThrough))
    facts.merge(try more($0)) { _, new in new }
    return facts
  }
  return EnsembleFit.Source(name: name, artifact: artifact)
}

private let mean = EnsembleFit(members: .models, best: nil, combination: .mean)

private func made(_ fit: EnsembleFit, _ sources: [EnsembleFit.Source], _ set: TrainingSet, threads: Int = 1)
  throws -> EnsembleFit.Result
{
  try fit.ensemble(of: sources, for: set, threads: threads) { _, _ in }
}

@Test func `An ensemble of every kind of model forecasts the mean, also after it was written and read`()
  throws
{
  let folder = TemporaryFolder()
  let long = try TrainingSet(reading: publish(columns, split, lookback: 14, in: folder), fold: 0)
  let short = try TrainingSet(reading: publish(columns, split, lookback: 9, in: folder), fold: 0)
  let models: [(Forecaster.Model, TrainingSet)] = [
    (.linear(try ridge(long)), long), (.linear(try ridge(short)), short),
    (.network(try network(short).network), short), (.baseline(.seasonalRepeat(season: 6)), long),
    (.baseline(.mean), short),
  ]
  var sources: [EnsembleFit.Source] = []
  for (number, (model, set)) in models.enumerated() {
    sources.append(try source(model, "model-\(number)", of: set, in: folder))
  }
  let nested = try made(mean, Array(sources.prefix(2)), long).ensemble
  sources.append(try source(.ensemble(nested), "nested", of: long, in: folder))
  let ensemble = try made(mean, sources, long).ensemble
  #expect(ensemble.members.map(\.lookback) == [14, 9, 9, 14, 9, 14])

  let forecaster = try long.forecaster(with: .ensemble(ensemble))
  let origins = Array(long.table.origins[.test] ?? [])
  let found = forecaster.forecast(from: origins[...], in: long.table)
  // Each member forecasts from its own windows of the same rows: its table begins later.
  var expected = [Double](repeating: 0, count: found.transformed.values.count)
  for (model, set) in models + [(.ensemble(nested), long)] {
    let own = try set.forecaster(with: model)
    let rows = origins.map { origin in
      set.table.time.firstIndex { $0 == long.table.time[origin] }.map {
        $0 + set.table.offsets[long.table.entity(ofRow: origin)]
      } ?? 0
    }
    let values = own.forecast(from: rows[...], in: set.table).transformed.values
    for index in expected.indices { expected[index] += values[index] / 6 }
  }
  for (value, mean) in zip(found.transformed.values, expected) { #expect(abs(value - mean) < 1e-9) }

  let fitted = FittedModel(
    forecaster: forecaster,
    intervals: Scoring(forecaster: forecaster, table: long.table, baselines: [], threads: 1).calibrate(
      coverages: [0.8]
    ) { _, _ in }.offsets,
    season: 6, name: "ensemble/mean", units: long.units)
  let published = try folder.publish(.model, step: "ensemble") { try fitted.write(to: $0) }
  let read = try FittedModel(reading: published)
  let (here, there) = (try Forecast(with: fitted, from: series), try Forecast(with: read, from: series))
  #expect(here.levels.values == there.levels.values && here.levels.values.allSatisfy(\.isFinite))
}

@Test(arguments: [Ensemble.Groups.all, .step, .target])
func `Weights make the validation error smaller than equal ones, on any number of threads`(
  _ groups: Ensemble.Groups
) throws {
  let folder = TemporaryFolder()
  let set = try TrainingSet(reading: publish(columns, split, in: folder), fold: 0)
  let sources = [
    try source(.linear(try ridge(set)), "ridge", of: set, in: folder),
    try source(.baseline(.mean), "mean", of: set, in: folder),
    try source(.baseline(.repeat), "repeat", of: set, in: folder),
  ]
  let fit = EnsembleFit(
    members: .models, best: nil, combination: .linear(groups, shrinkages: [0, 0.1, 1], allowsNegative: false))
  let result = try made(fit, sources, set)
  #expect(try made(fit, sources, set, threads: 3).ensemble.weights == result.ensemble.weights)
  func error(_ ensemble: Ensemble) throws -> Double {
    let forecaster = try set.forecaster(with: .ensemble(ensemble))
    let rows = Array(set.table.origins[.validation] ?? [])
    let found = forecaster.forecast(from: rows[...], in: set.table).transformed.values
    let actual = set.table.labels(ofWindowsAt: rows[...]).values
    return zip(found, actual).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(actual.count)
  }
  let weighted = try error(result.ensemble)
  let equal = try error(made(mean, sources, set).ensemble)
  #expect(weighted < equal)
  #expect(weighted <= (result.validation.min() ?? 0) * 1.001)
}

@Test(arguments: [
  "{trend: {steps: 2, threshold: 0}}", "{grid: {steps: 2, edges: [-9e6, -1, 0, 1, 9e6]}}",
])
func `Classifiers are averaged by their probabilities`(_ label: String) throws {
  let folder = TemporaryFolder()
  let written = "transforms: [standardize], features: [close, other], labels: [\(label)]"
  let set = try TrainingSet(reading: publish(written, split, in: folder), fold: 0)
  let classes = set.table.signature.classes[0].count
  let nets = try [8, 5].map { width in
    try network(
      set, ["flatten", ["dense": ["widths": JSON([width])]], ["head": ["outputs": JSON(classes)]]],
      loss: .categoricalCrossEntropy(classes: classes)
    ).network
  }
  let sources = try nets.enumerated().map { try source(.network($1), "net-\($0)", of: set, in: folder) }
  let ensemble = try made(mean, sources, set).ensemble
  #expect(ensemble.classes == classes)
  let rows = Array(set.table.origins[.test] ?? [])[...]
  let found = try set.forecaster(with: .ensemble(ensemble)).forecast(from: rows, in: set.table).levels
  let all = nets.map { $0.probabilities(from: rows, in: set.table).values }
  for index in found.values.indices {
    let shares = (0..<classes).map { all[0][index * classes + $0] + all[1][index * classes + $0] }
    #expect(abs(shares.reduce(0, +) - 2) < 1e-9)
    if classes == 2 {
      #expect(abs(found.values[index] - shares[1] / 2) < 1e-9)
    } else {
      #expect(Int(found.values[index]) == shares.firstIndex(of: shares.max() ?? 0))
    }
  }
  let weighted = EnsembleFit(
    members: .models, best: nil, combination: .linear(.all, shrinkages: [0.1], allowsNegative: false))
  #expect(try made(weighted, sources, set).ensemble.weights.reduce(0, +) > 0.999)
  // A regression on the numbers of the classes says something else.
  let other = try source(.linear(try ridge(set)), "ridge", of: set, in: folder)
  #expect(throws: EnsembleError.classes(model: "net-0", classes, other: "ridge", 1)) {
    try made(mean, sources + [other], set)
  }
}

@Test func `Snapshots are the networks of the epochs that were kept`() throws {
  let folder = TemporaryFolder()
  let set = try TrainingSet(reading: publish(columns, split, in: folder), fold: 0)
  let trained = try network(set)
  func kept(_ publication: Publication) throws -> [String: JSON] {
    try publication.write(
      "checkpoints", trained.best.flatMap(\.parameters),
      shape: [trained.best.count, trained.best[0].parameters.count], axes: ["kept", "P"])
    return [
      "kept": .array(
        trained.best.map { ["epoch": JSON($0.epoch), "validation/loss": .number($0.validationLoss)] }),
      "checkpointOffsets": .object(
        Dictionary(
          uniqueKeysWithValues: zip(trained.parameters.map(\.name), trained.parameterOffsets.map { JSON($0) })
        )),
    ]
  }
  let net = try source(.network(trained.network), "net", of: set, in: folder, more: kept)
  let fit = EnsembleFit(members: .snapshots, best: nil, combination: .mean)
  let ensemble = try made(fit, [net], set).ensemble
  #expect(ensemble.members.map(\.name) == trained.best.map { "net epoch \($0.epoch)" })
  guard case .network(let first) = ensemble.members[0].model else {
    Issue.record("a snapshot is a network")
    return
  }
  #expect(first == trained.network)
  #expect(
    try made(EnsembleFit(members: .snapshots, best: 1, combination: .mean), [net], set).ensemble.members.map(
      \.name) == ["net epoch \(trained.best[0].epoch)"])
  let other = try source(.linear(try ridge(set)), "ridge", of: set, in: folder)
  #expect(throws: EnsembleError.noSnapshots(model: "ridge", kind: "'ridge'")) {
    try made(fit, [other], set)
  }
  let seeds = Ensemble(
    members: [trained, trained].map {
      Ensemble.Member(name: "seed", model: .network($0.network), lookback: set.table.signature.lookback)
    }, classes: 1)
  let several = try source(.ensemble(seeds), "seeds", of: set, in: folder)
  #expect(throws: EnsembleError.noSnapshots(model: "seeds", kind: "an ensemble of 2 models")) {
    try made(fit, [several], set)
  }
}

@Test func `The best by validation are taken`() throws {
  let folder = TemporaryFolder()
  let set = try TrainingSet(reading: publish(columns, split, in: folder), fold: 0)
  let sources = try [("a", 3.0), ("b", 1), ("c", 2)].map { name, figure in
    try source(.baseline(.repeat), name, of: set, in: folder, figure: figure)
  }
  let fit = EnsembleFit(members: .models, best: 2, combination: .mean)
  #expect(try made(fit, sources, set).ensemble.members.map(\.name) == ["b", "c"])
  let blind = try source(.baseline(.repeat), "d", of: set, in: folder)
  #expect(throws: EnsembleError.noFigure(model: "d")) { try made(fit, sources + [blind], set) }
}

@Test func `Models that do not agree are refused with the field, both values and the remedy`() throws {
  let folder = TemporaryFolder()
  let set = try TrainingSet(reading: publish(columns, split, in: folder), fold: 0)
  func problem(_ written: String, _ rule: SplitRule = split, lookback: Int = 12, of given: Series = series)
    throws -> String
  {
    let other = try TrainingSet(
      reading: publish(written, rule, lookback: lookback, in: folder, of: given), fold: 0)
    let member = try source(.baseline(.repeat), "other", of: other, in: folder)
    do {
      _ = try made(mean, [member], set)
      return ""
    } catch { return "\(error)" }
  }
  let horizon = try problem("horizon: 5, targets: [close, other], transforms: [standardize]")
  #expect(horizon.contains("'other'") && horizon.contains("horizon is 5, and that of the windows is 3"))
  #expect(try problem("horizon: 3, targets: [close], transforms: [standardize]").contains("targets is close"))
  let robust = try problem("horizon: 3, targets: [close, other], transforms: [robust]")
  #expect(robust.contains("robust") && robust.contains("standardize") && robust.contains("train it on"))
  #expect(try problem(columns, lookback: 20).contains("lookback: 20 or more"))
  let labels = try problem("transforms: [standardize], labels: [{return: {steps: [1]}}]")
  #expect(labels.contains("targets is labels"))
  let later = SplitRule.fractions(train: 0.7, validation: 0.2, test: 0.1)
  #expect(try problem(columns, later).contains("learnt other numbers"))
  let others = SampleSeries.make(rows: 300, entities: ["A", "C"], columns: ["close", "other"])
  #expect(try problem(columns, of: others).contains("entities is A, C"))
}

@Test func `A model that has seen the validation rows in training is refused`() throws {
  let folder = TemporaryFolder()
  let plain = "horizon: 3, targets: [close, other], transforms: []"
  let set = try TrainingSet(reading: publish(plain, split, in: folder), fold: 0)
  let later = try TrainingSet(
    reading: publish(plain, .fractions(train: 0.7, validation: 0.2, test: 0.1), in: folder), fold: 0)
  let member = try source(.baseline(.repeat), "other", of: later, in: folder)
  do {
    _ = try made(mean, [member], set)
    Issue.record("a model that has seen the validation rows was taken")
  } catch let error as EnsembleError {
    #expect(error.description.contains("has seen what is to judge it"))
  }
}

@Test func `Training goes on only from the same network on windows that look the same`() throws {
  let folder = TemporaryFolder()
  let set = try TrainingSet(reading: publish(columns, split, in: folder), fold: 0)
  let trained = try network(set)
  let net = try source(.network(trained.network), "net", of: set, in: folder)
  func initial(_ blocks: JSON, _ set: TrainingSet, _ loss: Loss = .meanSquaredError) throws -> [[Float]] {
    try InitialParameters(of: net.artifact, name: "net", blocks: blocks, loss: loss, set: set).values
  }
  #expect(try initial(networkBlocks, set) == trained.network.values)
  // Other rows and other names: the same look, with statistics of their own.
  let others = SampleSeries.make(rows: 200, entities: ["X"], columns: ["close", "other"])
  let elsewhere = try TrainingSet(reading: publish(columns, split, in: folder, of: others), fold: 0)
  #expect(try initial(networkBlocks, elsewhere) == trained.network.values)
  func problem(_ blocks: JSON, _ set: TrainingSet, _ loss: Loss = .meanSquaredError) -> String {
    do {
      _ = try initial(blocks, set, loss)
      return ""
    } catch { return "\(error)" }
  }
  let by = problem(
    ["targets", ["normalize": ["by": "none", "blocks": [["channels": ["blocks": ["head"]]]]]]], set)
  #expect(by.contains(#"network.1.normalize.by is "last" there and "none" here"#), "\(by)")
  #expect(problem(networkBlocks, set, .gaussian).contains("training.loss is one for 'point' there"))
  let longer = try TrainingSet(reading: publish(columns, split, lookback: 20, in: folder), fold: 0)
  #expect(problem(networkBlocks, longer).contains("lookback is 12, and that of the windows is 20"))
  let ridge = try source(.linear(try ridge(set)), "ridge", of: set, in: folder)
  #expect(throws: InitialParametersError.noNetwork(model: "ridge", kind: "'ridge'")) {
    try InitialParameters(
      of: ridge.artifact, name: "ridge", blocks: networkBlocks, loss: .meanSquaredError, set: set)
  }
}

@Test func `Training goes on from a grid, whose edges and centres are those of its own windows`() throws {
  let (folder, second) = (TemporaryFolder(), TemporaryFolder())
  let others = SampleSeries.make(rows: 200, entities: ["A", "B"], columns: ["close", "other"]) {
    _, column, row in
    Double(50 + column + row * row % 19)
  }
  let set = try TrainingSet(reading: publish(columns, split, in: folder), fold: 0)
  let elsewhere = try TrainingSet(reading: publish(columns, split, in: second, of: others), fold: 0)
  let edges = GridTarget.Edges.given([-1e6, -0.5, 0, 0.5, 1e6])
  let wide = GridTarget.Edges.given([-1e6, -0.7, 0, 0.7, 1e6])
  let plain: JSON = ["flatten", "head"]
  var count = 0
  func problem(_ own: Loss, _ wanted: Loss) throws -> String {
    let trained = try network(set, plain, loss: own)
    count += 1
    let net = try source(.network(trained.network), "net-\(count)", of: set, in: folder)
    do {
      let initial = try InitialParameters(
        of: net.artifact, name: "net", blocks: plain, loss: wanted, set: elsewhere)
      #expect(initial.values == trained.network.values)
      return ""
    } catch let error as InitialParametersError { return error.description }
  }
  func grid(_ edges: GridTarget.Edges, of subject: ValueGrid.Subject = .change) -> Loss {
    .grid(GridTarget(edges: edges, of: subject))
  }
  #expect(try problem(grid(edges), grid(edges)).isEmpty)
  #expect(try problem(grid(edges), grid(wide)).isEmpty)
  #expect(try problem(grid(.quantiles(4)), grid(.quantiles(4))).isEmpty)
  #expect(try problem(grid(.quantiles(4)), grid(edges)).isEmpty)
  #expect(try problem(.quantile([0.1, 0.5, 0.9]), .quantile([0.1, 0.5, 0.9])).isEmpty)
  let fewer = try problem(grid(edges), grid(.quantiles(3)))
  #expect(
    fewer.contains("one for a grid of 4 intervals of the change there and one for a grid of 3 intervals"),
    "\(fewer)")
  let value = try problem(grid(edges), grid(edges, of: .value))
  #expect(value.contains("of the change there") && value.contains("of the value here"), "\(value)")
  let levels = try problem(.quantile([0.1, 0.5, 0.9]), .quantile([0.2, 0.5, 0.8]))
  #expect(levels.contains("one for the quantiles 0.1, 0.5, 0.9 there"), "\(levels)")
}
