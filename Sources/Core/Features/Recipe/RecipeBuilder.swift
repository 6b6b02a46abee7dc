import Artifacts
import Chronology

/// Turns a declaration into parts that can work, and completes it.
struct RecipeBuilder {
  private let declaration: JSON
  private let columns: [Series.Column]?
  /// Nil where bars of several intervals are made.
  private let interval: Interval?
  private let indicators: [any Indicator.Type]

  private(set) var features: [FeatureColumn] = []
  private(set) var sources: [FeatureSource] = []
  private(set) var labels: [LabelSource] = []
  private(set) var labelColumns: [LabelColumn] = []
  private(set) var labelNames: [String] = []
  private(set) var chains: [TransformChain] = []
  private var entries: [JSON] = []
  /// The chain of each list of transforms.
  private var chainNumbers: [JSON: Int] = [:]

  init(
    _ declaration: JSON, columns: [Series.Column]?, interval: Interval, indicators: [any Indicator.Type]
  ) {
    self.declaration = declaration
    self.columns = columns
    let own = declaration["intervals"]?.strings?.compactMap { Interval($0) }
    self.interval = own.map { $0.count == 1 ? $0[0] : nil } ?? interval
    self.indicators = indicators
  }

  /// The declaration with the features that it meant by saying nothing.
  var completed: JSON {
    var object = declaration.object ?? [:]
    object["features"] = .array(entries)
    return .object(object)
  }

  mutating func build() throws(FeatureError) {
    entries = declaration["features"]?.array ?? (columns ?? []).map(Self.entry)
    for (index, entry) in entries.enumerated() {
      do throws(FeatureError) { try add(entry) } catch { throw .part("features.\(index)", error) }
    }
    for (index, entry) in (declaration["labels"]?.array ?? []).enumerated() {
      do throws(FeatureError) { try addLabel(entry) } catch { throw .part("labels.\(index)", error) }
    }
  }

  private static func entry(_ column: Series.Column) -> JSON {
    [
      "kind": "column", "name": .string(column.name), "settings": ["of": .string(column.name)],
      "transforms": .null,
    ]
  }

  // MARK: Features

  private mutating func add(_ entry: JSON) throws(FeatureError) {
    let (kind, name) = (entry["kind"]?.string ?? "", entry["name"]?.string ?? "")
    let settings = PartSettings(part: kind, json: entry["settings"] ?? [:], interval: interval)
    let first = features.count
    if kind == "column" {
      let input = try input(try settings.text("of"), setting: "of")
      let unit = columns?.first { .series($0.name) == input }?.unit ?? ""
      append(name, unit: unit, isPrice: isPrice(input), lookback: lookback(of: input))
      sources.append(
        FeatureSource(
          content: .column, inputs: [input], features: first..<(first + 1), inputLookback: lookback(of: input)
        ))
    } else {
      guard let type = indicators.first(where: { $0.name == kind }) else {
        throw .unknownIndicator(kind)
      }
      let indicator = try type.init(settings)
      var inputs: [FeatureSource.Input] = []
      for input in indicator.inputs { inputs.append(try self.input(input, setting: kind)) }
      let before = inputs.map { lookback(of: $0) }.max() ?? 0
      for output in indicator.outputs {
        append(
          name + output.suffix, unit: output.unit, isKnownAhead: indicator.isKnownAhead,
          isPrice: indicator.isLevel && inputs.first.map(isPrice) ?? false,
          lookback: before + indicator.lookback)
      }
      sources.append(
        FeatureSource(
          content: .indicator(indicator), inputs: inputs, features: first..<features.count,
          inputLookback: before))
    }
    try chain(entry["transforms"] ?? .null, for: first..<features.count)
  }

  private mutating func append(
    _ name: String, unit: String, isKnownAhead: Bool = false, isPrice: Bool, lookback: Int
  ) {
    features.append(
      FeatureColumn(name: name, unit: unit, isKnownAhead: isKnownAhead, isPrice: isPrice, lookback: lookback))
  }

  private func isPrice(_ input: FeatureSource.Input) -> Bool {
    switch input {
    case .series(let name): ColumnRoles.isPrice(named: name)
    case .feature(let number): features[number].isPrice
    }
  }

  /// Puts features into the chain of their transforms; the calendar's codes go through none unless they say so.
  private mutating func chain(_ own: JSON, for range: Range<Int>) throws(FeatureError) {
    if let name = range.map({ features[$0].name }).first(where: { name in
      features.count { $0.name == name } > 1
    }) {
      throw .doubleFeature(name)
    }
    let isKnownAhead = range.first.map { features[$0].isKnownAhead } ?? false
    let standard = isKnownAhead ? JSON.array([]) : declaration["transforms"] ?? .array([])
    let list = own == .null ? standard : own
    if chainNumbers[list] == nil {
      chainNumbers[list] = chains.count
      chains.append(try TransformChain(list, interval: interval))
    }
    guard let number = chainNumbers[list] else { return }
    chains[number].features += Array(range)
  }

  /// Where a name that a part reads comes from: an indicator that stands before, or else the series.
  private func input(_ name: String, setting: String) throws(FeatureError) -> FeatureSource.Input {
    let isIndicator = { (source: FeatureSource) in
      if case .indicator = source.content { return true }
      return false
    }
    let made = sources.filter(isIndicator).flatMap(\.features)
    if let feature = made.first(where: { features[$0].name == name }) { return .feature(feature) }
    if let columns, !columns.contains(where: { $0.name == name }) {
      throw .unknownColumn(
        name, setting: setting, known: columns.map(\.name) + made.map { features[$0].name })
    }
    return .series(name)
  }

  private func lookback(of input: FeatureSource.Input) -> Int {
    if case .feature(let number) = input { return features[number].lookback }
    return 0
  }

  // MARK: Labels

  private mutating func addLabel(_ entry: JSON) throws(FeatureError) {
    let (kind, name) = (entry["kind"]?.string ?? "", entry["name"]?.string ?? "")
    guard let type = LabelLibrary.all.first(where: { $0.name == kind }) else { throw .unknownLabel(kind) }
    let label = try type.init(PartSettings(part: kind, json: entry["settings"] ?? [:], interval: interval))
    var inputs: [FeatureSource.Input] = []
    for input in label.inputs { inputs.append(try self.input(input, setting: kind)) }
    let first = labelColumns.count
    labelColumns += label.outputs
    labelNames += label.outputs.map { name + $0.suffix }
    let taken = labelNames + features.map(\.name)
    if let double = labelNames.first(where: { name in taken.count { $0 == name } > 1 }) {
      throw .doubleFeature(double)
    }
    labels.append(
      LabelSource(
        name: name, label: label, inputs: inputs, targets: first..<labelColumns.count,
        inputLookback: inputs.map { lookback(of: $0) }.max() ?? 0))
  }
}
