package import Artifacts

extension PartSchema {
  /// The settings of a part that was told nothing; nil when it has to be told something.
  package var defaults: JSON? {
    var members: [String: JSON] = [:]
    for (name, kind) in settings {
      guard let value = kind.defaultValue else { return nil }
      members[name] = value
    }
    return .object(members)
  }
}

extension PartSchema.Kind {
  /// What is taken where nothing is given: null for what may be left out, nil where there is nothing to take.
  package var defaultValue: JSON? {
    switch self {
    case .column(let value), .choice(_, let value): value.map(JSON.string)
    case .choices(_, let value): value.map { JSON($0) }
    case .integer(let value, _), .bars(let value, _): value.map { JSON($0) }
    case .integers(let value, _): value.map { JSON($0) }
    case .number(let value, _): value.map(JSON.number)
    case .numbers(let value, _): value.map { JSON($0) }
    case .truth(let value): .bool(value)
    case .optional: .null
    }
  }
}
