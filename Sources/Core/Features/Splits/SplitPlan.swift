package import Artifacts

/// What a split rule made of rows: one fold, or several that share the rows.
package struct SplitPlan: Sendable {
  package var folds: [Fold]
  /// What everything made from this must carry: why its scores are not to be believed.
  package var stamp: String?
  /// Whether windows were dealt out at random, so that neighbours stand in different parts.
  package var isRandom = false
  /// The whole paths through the past that the tests of a combinatorial split make up.
  package var paths: Int?

  package init(folds: [Fold], stamp: String? = nil) {
    self.folds = folds
    self.stamp = stamp
  }
}

/// One division of the rows into training, validation and test.
package struct Fold: Sendable, Equatable {
  /// The first and the last label of a part, ms since the epoch: when their intervals open.
  package struct Period: Sendable, Equatable {
    package var first: Int64
    package var last: Int64

    package init(first: Int64, last: Int64) {
      self.first = first
      self.last = last
    }
  }

  /// The rows at which each part's windows end.
  package var origins: [Split: Origins] = [:]
  /// The rows from which transforms may learn, in order, each range within one segment.
  package var trainingRows: [Range<Int>] = []
  /// When each part's labels are.
  package var periods: [Split: Period] = [:]
  /// The groups that are the test, of a k-fold or combinatorial split: each backtest path takes every group once.
  package var testGroups: [Int] = []

  // Counts are of origins, whatever the stride, so that they do not depend on where a stride begins.

  /// Windows in no part because their labels touch a part without lying in it whole.
  package var purged = 0
  /// Windows that the embargo alone has kept out.
  package var embargoed = 0
  /// Windows left out because a label is a marked row.
  package var marked = 0
  /// Windows left out because they end in a stretch that was filled in from what came after it.
  package var premature = 0

  package init() {}
}

extension Fold {
  /// How many windows of each part have each class of a label; a row without a class counts for none.
  package func classCounts(of label: [Double], classes: Int) -> [Split: [Int]] {
    origins.mapValues { origins in
      var counts = [Int](repeating: 0, count: classes)
      for run in origins.runs {
        for row in stride(from: run.first, through: run.last, by: run.step) {
          if let number = Int(exactly: label[row]), counts.indices.contains(number) { counts[number] += 1 }
        }
      }
      return counts
    }
  }
}

extension SplitPlan {
  /// Refuses a fold whose training windows are all of one class: nothing could be learnt from it.
  package func checkClasses(of label: [Double], named name: String, _ classes: [String])
    throws(FeatureError)
  {
    for (index, fold) in folds.enumerated() {
      let counts = fold.classCounts(of: label, classes: classes.count)[.train] ?? []
      let present = counts.indices.filter { counts[$0] > 0 }
      guard present.count < 2 else { continue }
      throw .splitOneClass(
        label: name, only: present.first.map { classes[$0] }, fold: index, folds: folds.count)
    }
  }
}
