private import Artifacts
import Tensors

/// How many classes were said rightly, by a model and by the most frequent class of the training windows.
package struct ClassHits: Sendable, Equatable {
  package private(set) var count = 0
  package private(set) var model = 0
  package private(set) var majority = 0

  init() {}

  /// The hits of one panel; a forecast that is a probability, or a number between classes, counts as the nearest.
  init(of forecast: Panel, against actual: Panel, classes: [Int], majority codes: [Int]) {
    for index in actual.values.indices {
      let target = index % actual.columns
      let nearest = Int(min(max(forecast.values[index].rounded(), 0), Double(classes[target] - 1)))
      count += 1
      if Double(nearest) == actual.values[index] { model += 1 }
      if Double(codes[target]) == actual.values[index] { majority += 1 }
    }
  }

  mutating func add(_ other: ClassHits) {
    count += other.count
    model += other.model
    majority += other.majority
  }

  /// `test/accuracy`, the share that was right, and beside it that of the most frequent class.
  package var metrics: [String: Double] {
    guard count > 0 else { return [:] }
    return [
      "test/accuracy": Double(model) / Double(count),
      "test/accuracy/majority": Double(majority) / Double(count),
    ]
  }
}

extension WindowTable {
  /// The class that each target has most often in the training windows, of equals the first.
  ///
  /// Nil where a target is none.
  var mostFrequentClasses: [Int]? {
    guard signature.hasLabels, signature.classes.allSatisfy({ !$0.isEmpty }) else { return nil }
    let columns = signature.targets.count
    var counts = signature.classes.map { [Int](repeating: 0, count: $0.count) }
    for origin in origins[.train] ?? [] {
      for column in 0..<columns {
        let code = Int(levels[origin * columns + column])
        if counts[column].indices.contains(code) { counts[column][code] += 1 }
      }
    }
    return counts.map { counts in
      counts.indices.max { counts[$0] < counts[$1] || counts[$0] == counts[$1] && $0 > $1 } ?? 0
    }
  }
}
