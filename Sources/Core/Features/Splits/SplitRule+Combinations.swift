extension SplitRule {
  /// The most folds that are made.
  static let foldLimit = 10_000

  /// C(n, k); nil when it is above the most folds that are made.
  package static func combinationCount(of groups: Int, taking chosen: Int) -> Int? {
    guard (0...groups).contains(chosen) else { return 0 }
    var count = 1
    for index in 0..<min(chosen, groups - chosen) {
      // Whole at every step: it is C(n, index + 1).
      count = count * (groups - index) / (index + 1)
      if count > foldLimit { return nil }
    }
    return count
  }

  /// Every choice of so many of the groups, in the order of a dictionary.
  static func combinations(of groups: Int, taking chosen: Int) throws(FeatureError) -> [[Int]] {
    guard (1..<max(groups, 2)).contains(chosen) else {
      throw .unsuitableSetting(
        part: "combinatorial", setting: "test_groups",
        problem: "\(chosen) of \(groups) leave none to learn from")
    }
    guard let count = combinationCount(of: groups, taking: chosen) else {
      throw .splitTooManyChoices(groups: groups, testGroups: chosen, limit: foldLimit)
    }
    var all: [[Int]] = []
    all.reserveCapacity(count)
    var choice = Array(0..<chosen)
    while true {
      all.append(choice)
      guard let place = choice.indices.last(where: { choice[$0] < groups - chosen + $0 }) else { return all }
      choice[place] += 1
      for next in choice.indices where next > place { choice[next] = choice[next - 1] + 1 }
    }
  }
}
