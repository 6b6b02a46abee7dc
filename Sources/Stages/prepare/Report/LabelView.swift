/// What a model shall say, as the report looks at it: split by split.
struct LabelView: Equatable {
  struct Part<Content: Equatable>: Equatable {
    var role: FoldView.Role
    var content: Content
  }

  enum Kind: Equatable {
    /// How often each class occurs, in the order of their names.
    case classes([String], [Part<[Int]>])
    case quantity([Part<[Double]>])
  }

  var name: String
  /// Empty when nobody said.
  var unit: String
  var kind: Kind
}
