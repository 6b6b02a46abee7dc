package import Artifacts

/// What is done to each window when it is read: filters over its inputs, and a scale of its own.
///
/// Both look at the inputs of the window alone: a window's labels are its future. That R3 of old scaled by windows that
/// held their labels can be said as well (`over: inputs-and-labels`), so that the leak check can name it.
package struct WindowRule: WindowAdjustment {
  package enum Scale: String, Sendable, CaseIterable {
    case none
    /// Less the last input.
    case last
    /// Divided by the mean of absolute values (as Chronos scales, https://arxiv.org/abs/2403.07815).
    case mean
    /// Less the mean, divided by the deviation.
    case meanAndDeviation = "mean-std"
    /// To 0…1.
    case minMax = "min-max"
  }

  package let scale: Scale
  /// Features that share a scale, by their numbers.
  package let groups: [[Int]]
  package let seesLabels: Bool
  private let filters: [any Filter]
  private let filtered: [Int]
  private let rows: Int
  private let width: Int
  /// The group of each target, nil where its units stay; empty for labels.
  private let targetGroups: [Int?]
  private let targetColumns: [Int]

  /// Nil when nothing is done to windows.
  package init?(_ recipe: Recipe, for signature: Signature) throws(FeatureError) {
    let json = recipe.declaration["window"] ?? .null
    guard json != .null else { return nil }
    scale = try Self.choice(json, "scale") ?? .none
    seesLabels = try Self.choice(json, "over") == Extent.inputsAndLabels
    var filters: [any Filter] = []
    for element in json["smooth"]?.array ?? [] {
      let name = element["name"]?.string ?? ""
      guard let type = FilterLibrary.all.first(where: { $0.name == name }) else { throw .unknownFilter(name) }
      filters.append(try type.init(PartSettings(part: name, json: element, interval: signature.interval)))
    }
    guard scale != .none || !filters.isEmpty else { return nil }
    self.filters = filters
    groups = try Self.groups(json, recipe)
    filtered = recipe.features.indices.filter { !recipe.features[$0].isKnownAhead }
    rows = signature.lookback
    width = signature.features.count
    targetColumns = signature.targetColumns
    let groups = groups
    targetGroups = signature.targetColumns.map { column in groups.firstIndex { $0.contains(column) } }
    try checkFilters()
  }

  /// Whether all it does is to take the last input off every target.
  package var onlySubtractsLast: Bool {
    scale == .last && filters.isEmpty && !targetGroups.isEmpty
      && targetGroups.allSatisfy { $0.map { groups[$0].count == 1 } ?? false }
  }

  /// What a window's scale is taken over.
  private enum Extent: String {
    case inputs
    case inputsAndLabels = "inputs-and-labels"
  }

  /// A word of the rule; nil where it says nothing.
  private static func choice<Choice: RawRepresentable<String>>(
    _ json: JSON, _ setting: String
  ) throws(FeatureError) -> Choice? {
    guard let value = json[setting], value != .null else { return nil }
    guard let choice = value.string.flatMap(Choice.init(rawValue:)) else {
      throw .malformedRecipe(part: "window", setting: setting)
    }
    return choice
  }

  /// Prices share a scale, every other feature has its own, and the calendar's codes stay as they are.
  private static func groups(_ json: JSON, _ recipe: Recipe) throws(FeatureError) -> [[Int]] {
    func number(_ name: String, _ setting: String) throws(FeatureError) -> Int {
      guard let index = recipe.features.firstIndex(where: { $0.name == name }) else {
        throw .unknownColumn(name, setting: "window.\(setting)", known: recipe.features.map(\.name))
      }
      return index
    }
    var groups: [[Int]] = []
    var taken: Set<Int> = []
    // A feature of two groups would be scaled twice, and its forecasts taken back once.
    func take(_ name: String, _ setting: String) throws(FeatureError) -> Int {
      let number = try number(name, setting)
      guard taken.insert(number).inserted else {
        throw .unsuitableSetting(
          part: "window", setting: setting,
          problem: "'\(name)' is named twice; 'share' and 'leave' name it once")
      }
      guard setting != "share" || !recipe.features[number].isKnownAhead else {
        throw .unsuitableSetting(
          part: "window", setting: setting,
          problem: "'\(name)' is the calendar's, which stays as it is; leave it out")
      }
      return number
    }
    for names in json["share"]?.array ?? [] {
      var group: [Int] = []
      for name in names.strings ?? [] { group.append(try take(name, "share")) }
      groups.append(group)
    }
    for name in json["leave"]?.strings ?? [] { _ = try take(name, "leave") }
    for (index, feature) in recipe.features.enumerated() where feature.isKnownAhead { taken.insert(index) }
    let isAlone = json["scale"]?.string == Scale.last.rawValue
    let prices = recipe.features.indices.filter {
      !taken.contains($0) && recipe.features[$0].isPrice && !isAlone
    }
    if !prices.isEmpty {
      groups.append(prices)
      taken.formUnion(prices)
    }
    return groups + recipe.features.indices.filter { !taken.contains($0) }.map { [$0] }
  }

  /// Filters must give back as many values as they take, or a whole share of them, each of which then stands for
  /// several rows.
  private func checkFilters() throws(FeatureError) {
    var values = (0..<rows).map { Double($0 % 7) }
    var extent = FilterExtent()
    var share = 1
    for filter in filters {
      guard values.count <= filter.longest else {
        throw .filterTooLong(name: type(of: filter).name, longest: filter.longest, found: values.count)
      }
      filter.apply(&values, &extent)
      share *= filter.share
      guard share <= rows else { throw .filterLength(found: values.count, lookback: rows) }
    }
    // Not whether the rows can be divided: a smaller oldest group would move all others.
    guard extent == FilterExtent(), values.count * share == rows else {
      throw .filterLength(found: values.count, lookback: rows)
    }
  }

  // MARK: Windows

  package func adjust(
    _ inputs: UnsafeMutableBufferPointer<Float>, labels: UnsafeBufferPointer<Float>,
    units: UnsafeMutableBufferPointer<WindowUnit>
  ) {
    smooth(inputs)
    guard scale != .none else { return }
    for (number, group) in groups.enumerated() {
      let unit = unit(of: group, inputs, labels: seesLabels ? labels : nil)
      for column in group {
        for row in 0..<rows {
          let index = row * width + column
          inputs[index] = Float((Double(inputs[index]) - unit.shift) / unit.scale)
        }
      }
      for target in targetGroups.indices where targetGroups[target] == number { units[target] = unit }
    }
  }

  private func smooth(_ inputs: UnsafeMutableBufferPointer<Float>) {
    guard !filters.isEmpty else { return }
    for column in filtered {
      var values = (0..<rows).map { Double(inputs[$0 * width + column]) }
      var extent = FilterExtent()
      for filter in filters { filter.apply(&values, &extent) }
      let share = rows / values.count
      for row in 0..<rows { inputs[row * width + column] = Float(values[row / share]) }
    }
  }

  private func unit(
    of group: [Int], _ inputs: UnsafeMutableBufferPointer<Float>, labels: UnsafeBufferPointer<Float>?
  ) -> WindowUnit {
    var statistics = GroupStatistics()
    for column in group {
      var moments = ColumnMoments()
      for row in 0..<rows { moments.add(Double(inputs[row * width + column])) }
      if let labels, let target = targetColumns.firstIndex(of: column) {
        for index in stride(from: target, to: labels.count, by: targetColumns.count) {
          moments.add(Double(labels[index]))
        }
      }
      statistics.add(moments, last: Double(inputs[(rows - 1) * width + column]))
    }
    return statistics.unit(scale)
  }
}

/// Sums over the values of one column of a window.
private struct ColumnMoments {
  var count = 0.0
  var sum = 0.0
  var absolutes = 0.0
  /// About the first value, so that small moves of large prices keep their digits.
  var origin: Double?
  var shifted = 0.0
  var squares = 0.0
  var least = Double.infinity
  var greatest = -Double.infinity

  mutating func add(_ value: Double) {
    let origin = origin ?? value
    self.origin = origin
    count += 1
    sum += value
    absolutes += abs(value)
    shifted += value - origin
    squares += (value - origin) * (value - origin)
    least = min(least, value)
    greatest = max(greatest, value)
  }

  var deviation: Double { max(squares / count - (shifted / count) * (shifted / count), 0).squareRoot() }
}

/// What a group of columns has in common: the extremes of all, and, as R3 has it, the greatest mean and deviation.
private struct GroupStatistics {
  private var least = Double.infinity
  private var greatest = -Double.infinity
  private var mean = -Double.infinity
  private var deviation = 0.0
  private var absolute = 0.0
  private var last: Double?

  mutating func add(_ moments: ColumnMoments, last: Double) {
    least = min(least, moments.least)
    greatest = max(greatest, moments.greatest)
    mean = max(mean, moments.sum / moments.count)
    deviation = max(deviation, moments.deviation)
    absolute = max(absolute, moments.absolutes / moments.count)
    if self.last == nil { self.last = last }
  }

  func unit(_ scale: WindowRule.Scale) -> WindowUnit {
    func nonzero(_ value: Double) -> Double { value > 0 ? value : 1 }
    switch scale {
    case .none: return WindowUnit(shift: 0, scale: 1)
    case .last: return WindowUnit(shift: last ?? 0, scale: 1)
    case .mean: return WindowUnit(shift: 0, scale: nonzero(absolute))
    case .meanAndDeviation: return WindowUnit(shift: mean, scale: nonzero(deviation))
    case .minMax: return WindowUnit(shift: least, scale: nonzero(greatest - least))
    }
  }
}
