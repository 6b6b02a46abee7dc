/// Finds what somebody probably meant.
package enum NearestName {
  /// The candidate with the smallest edit distance to `name`, when that is at most a third of its length.
  package static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
    candidates.map { (distance(name.lowercased(), $0.lowercased()), $0) }
      .filter { $0.0 <= max(1, max(name.count, $0.1.count) / 3) }
      .min { $0 < $1 }?.1
  }

  /// Damerau and Levenshtein's distance, with neighbours swapped counting as one edit (optimal string alignment).
  static func distance(_ left: String, _ right: String) -> Int {
    let (a, b) = (Array(left), Array(right))
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
