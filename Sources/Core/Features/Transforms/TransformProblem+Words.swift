extension TransformProblem {
  /// Where in the run the problem is, when it is at one place.
  var place: Int? {
    switch self {
    case .notPositive(let place, _), .zeroBase(let place): place
    case .nothingToLearnFrom, .unsuitable: nil
    }
  }

  func description(of name: String, column: String, entity: String, time: String?) -> String {
    let who = "'\(column)' of '\(entity)'"
    let when = time.map { " at \($0)" } ?? ""
    switch self {
    case .notPositive(_, let value):
      return
        "\(who) is \(value)\(when), and '\(name)' needs positive numbers; leave the feature out, or give it other transforms"
    case .zeroBase:
      return
        "\(who) is 0\(when), and '\(name)' divides by it; leave the feature out, or give it other transforms"
    case .nothingToLearnFrom:
      return """
        \(who) has no training rows, so '\(name)' can learn nothing; leave it out, move the split, or let all entities \
        share what is learnt: {\(name): {per: all}}
        """
    case .unsuitable(let problem): return "\(who): '\(name)' cannot learn from its training rows: \(problem)"
    }
  }
}
