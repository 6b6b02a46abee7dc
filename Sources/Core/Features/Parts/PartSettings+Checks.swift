import Artifacts

extension PartSettings {
  /// A number of bars, one at least, written as a number or a time.
  ///
  /// Loops over raw memory trust it, and a manifest's settings have passed no schema.
  func period(_ name: String) throws(FeatureError) -> Int {
    let period = try bars(name)
    guard Self.periods.contains(period) else { throw .malformedRecipe(part: part, setting: name) }
    return period
  }

  /// Numbers of bars, each one at least.
  func lags(_ name: String) throws(FeatureError) -> [Int] {
    let lags = try integers(name)
    guard !lags.isEmpty, lags.allSatisfy(Self.periods.contains) else {
      throw .malformedRecipe(part: part, setting: name)
    }
    return lags
  }

  /// A whole number within bounds.
  func count(_ name: String, in range: ClosedRange<Int>) throws(FeatureError) -> Int {
    let count = try integer(name)
    guard range.contains(count) else { throw .malformedRecipe(part: part, setting: name) }
    return count
  }

  /// One of the words that an enumeration has.
  func choice<Choice: RawRepresentable<String>>(_ name: String) throws(FeatureError) -> Choice {
    guard let choice = Choice(rawValue: try text(name)) else {
      throw .malformedRecipe(part: part, setting: name)
    }
    return choice
  }

  /// Some of the words that an enumeration has.
  func choices<Choice: RawRepresentable<String>>(_ name: String) throws(FeatureError) -> [Choice] {
    let words = try texts(name)
    let choices = words.compactMap(Choice.init(rawValue:))
    guard !choices.isEmpty, choices.count == words.count else {
      throw .malformedRecipe(part: part, setting: name)
    }
    return choices
  }

  /// Sums of a few of them stay far below what an integer holds.
  private static let periods = 1...1_000_000_000_000
}
