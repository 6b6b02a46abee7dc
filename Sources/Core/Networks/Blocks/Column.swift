package import Artifacts

/// A column of the windows as a model's file names it.
package enum Column: Sendable, Equatable {
  case named(String)
  /// Counted from 0.
  case place(Int)
  case last

  init?(_ json: JSON) {
    if let place = json.integer, place >= 0 {
      self = .place(place)
    } else if let name = json.string {
      self = name == "last" ? .last : .named(name)
    } else {
      return nil
    }
  }
}

extension WindowShape {
  /// Where a column stands among the features.
  package func place(of column: Column, in graph: Graph) throws(NetworkError) -> Int {
    switch column {
    case .last: return features - 1
    case .place(let place):
      try graph.require(
        place < features, "there is no column \(place) among \(features) features, counted from 0")
      return place
    case .named(let name):
      guard let place = featureNames.firstIndex(of: name) else {
        let known =
          featureNames.isEmpty ? "have no names here" : "are " + featureNames.joined(separator: ", ")
        throw graph.refuse(
          "there is no column '\(name)': the features \(known); name one of them, or give its place from 0")
      }
      return place
    }
  }
}

extension Graph {
  /// The columns of sequences but one: [S, T, C] to [S, T, C - 1].
  mutating func leavingOut(_ column: Int, of x: Node) throws(NetworkError) -> Node {
    let width = x.shape.last
    try require(width > 1, "nothing is left of \(x.shape) without its only column")
    var parts: [Node] = []
    if column > 0 { parts.append(try slice(x, axis: 2, from: 0, count: column)) }
    if column < width - 1 {
      parts.append(try slice(x, axis: 2, from: column + 1, count: width - column - 1))
    }
    return try concatenate(parts, axis: 2)
  }
}
