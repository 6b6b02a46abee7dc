package import Artifacts
package import Chronology

/// The settings of one named part of a recipe: an indicator, a transform, a filter, a label.
///
/// They are resolved, defaults included, as `PartSchema` in Configuration has read them from `pipeline.yaml`, or as a
/// manifest has kept them.
package struct PartSettings: Sendable {
  /// The part's name, such as `rsi`.
  package let part: String
  /// Its settings by name.
  package let json: JSON
  /// The interval of the bars, for spans that are given in hours; nil where there are several.
  package let interval: Interval?

  package init(part: String, json: JSON, interval: Interval?) {
    self.part = part
    self.json = json
    self.interval = interval
  }

  package func integer(_ name: String) throws(FeatureError) -> Int { try value(name, \.integer) }

  package func number(_ name: String) throws(FeatureError) -> Double { try value(name, \.number) }

  package func text(_ name: String) throws(FeatureError) -> String { try value(name, \.string) }

  package func truth(_ name: String) throws(FeatureError) -> Bool { try value(name, \.bool) }

  package func texts(_ name: String) throws(FeatureError) -> [String] { try value(name, \.strings) }

  package func integers(_ name: String) throws(FeatureError) -> [Int] {
    try value(name) { json in
      guard let elements = json.array else { return nil }
      let integers = elements.compactMap(\.integer)
      return integers.count == elements.count ? integers : nil
    }
  }

  package func numbers(_ name: String) throws(FeatureError) -> [Double] {
    try value(name) { json in
      guard let elements = json.array else { return nil }
      let numbers = elements.compactMap(\.number)
      return numbers.count == elements.count ? numbers : nil
    }
  }

  /// A span, written as a number of bars or as a time such as `3h`, in bars.
  package func bars(_ name: String) throws(FeatureError) -> Int {
    if let count = json[name]?.integer { return count }
    let text = try text(name)
    guard case .milliseconds(let span)? = Interval(text), case .milliseconds(let bar)? = interval,
      span >= bar, span % bar == 0
    else {
      throw .noWholeBars(
        part: part, setting: name, span: text, interval: interval?.description ?? "several intervals")
    }
    return Int(span / bar)
  }

  /// Whether a setting has a value.
  package func has(_ name: String) -> Bool { json[name].map { $0 != .null } ?? false }

  private func value<Value>(_ name: String, _ read: (JSON) -> Value?) throws(FeatureError) -> Value {
    guard let value = json[name].flatMap(read) else { throw .malformedRecipe(part: part, setting: name) }
    return value
  }
}
