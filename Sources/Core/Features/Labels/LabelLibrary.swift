/// The labels that `labels:` can name.
package enum LabelLibrary {
  package static let all: [any Label.Type] = [
    Price.self, Return.self, LogReturnLabel.self, Trend.self, Grid.self, TripleBarrier.self,
  ]
}
