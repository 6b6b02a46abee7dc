package import Artifacts
private import Numerics

/// A condition that a model must meet before it may become the champion.
package struct Gate: Sendable, Equatable {
  package enum Condition: Sendable, Equatable {
    /// Strictly smaller than the baseline's value of the same metric on the same windows.
    case betterThan(baseline: String)
    case atMost(Double)
    case atLeast(Double)
  }

  package var metric: String
  package var condition: Condition

  package init(metric: String, condition: Condition) {
    self.metric = metric
    self.condition = condition
  }

  /// A gate with its figures.
  package struct Finding: Sendable, Equatable {
    package var gate: Gate
    package var value: Double
    /// What the value was held against.
    package var bound: Double
    package var isMet: Bool
  }

  /// Metrics of which less is better and which the baselines have too.
  private static let errors: Set<String> = ["mse", "mae", "rmse"]

  /// Holds the gate against a model's metrics.
  package func finding(in metrics: [String: Double]) throws(RegistryError) -> Finding {
    let value = try Self.value(metric, metrics)
    switch condition {
    case .atMost(let bound): return Finding(gate: self, value: value, bound: bound, isMet: value <= bound)
    case .atLeast(let bound): return Finding(gate: self, value: value, bound: bound, isMet: value >= bound)
    case .betterThan(let baseline):
      guard Self.errors.contains(metric.split(separator: "/").last.map(String.init) ?? "") else {
        throw .noComparison(metric: metric)
      }
      // Of classes there is no value to repeat: how often each is, the mean, is what has to be beaten.
      let isOfClasses = baseline == "repeat" && metrics[metric + "/repeat"] == nil
      let held = isOfClasses ? "mean" : baseline
      let bound = try Self.value(metric + "/" + held, metrics)
      if isOfClasses, value >= bound, let found = accuracy(in: metrics) { return found }
      let gate = Gate(metric: metric, condition: .betterThan(baseline: held))
      return Finding(gate: gate, value: value, bound: bound, isMet: value < bound)
    }
  }

  /// A classifier that says the likeliest of several classes cannot be told by squared errors.
  ///
  /// It has to be right more often than the most frequent class. Nil where that was not counted, or where it is not so.
  private func accuracy(in metrics: [String: Double]) -> Finding? {
    let name = metric.split(separator: "/").dropLast().joined(separator: "/") + "/accuracy"
    guard let own = metrics[name], let majority = metrics[name + "/majority"], own > majority else {
      return nil
    }
    let gate = Gate(metric: name, condition: .betterThan(baseline: "majority"))
    return Finding(gate: gate, value: own, bound: majority, isMet: true)
  }

  private static func value(_ name: String, _ metrics: [String: Double]) throws(RegistryError) -> Double {
    guard let value = metrics[name] else { throw .noMetric(name, known: metrics.keys.sorted()) }
    return value
  }
}

extension Gate.Finding {
  /// `test/mse 7.974 is below repeat's 31.22 (74.5 % less)`, or what it should be.
  package var description: String {
    let figures = DecimalNumber.readable([self.value, self.bound])
    let (value, bound) = (figures[0], figures[1])
    switch gate.condition {
    case .atMost: return "\(gate.metric) \(value) \(isMet ? "is" : "should be") at most \(bound)"
    case .atLeast: return "\(gate.metric) \(value) \(isMet ? "is" : "should be") at least \(bound)"
    case .betterThan("majority"): return "\(gate.metric) \(value) is above the most frequent class's \(bound)"
    case .betterThan(let baseline):
      let share = self.bound == 0 ? 0 : (self.value / self.bound - 1) * 100
      guard share != 0 else {
        return "\(gate.metric) \(value) should be below \(baseline)'s, and is the same"
      }
      let places = abs(share) < 0.1 ? 4 : 1
      let difference = DecimalNumber.fixed(abs(share), places: places) + " % " + (share < 0 ? "less" : "more")
      return
        "\(gate.metric) \(value) \(isMet ? "is" : "should be") below \(baseline)'s \(bound), and is \(difference)"
    }
  }

  package var json: JSON {
    let (condition, name): (String, JSON) =
      switch gate.condition {
      case .betterThan(let baseline): ("better_than", .string(baseline))
      case .atMost: ("at_most", .null)
      case .atLeast: ("at_least", .null)
      }
    return [
      "metric": .string(gate.metric), "condition": .string(condition), "baseline": name,
      "value": .number(value),
      "bound": .number(bound), "met": .bool(isMet),
    ]
  }
}
