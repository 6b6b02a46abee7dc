package import Artifacts
private import Chronology

extension ArrayComparison {
  /// All of it, for programs.
  package var json: JSON {
    var members: [String: JSON] = [
      "name": .string(name), "same": .bool(isSame), "identical": .bool(isIdentical),
      "old": old?.json ?? .null, "new": new?.json ?? .null,
    ]
    if let elements { members["elements"] = elements.json }
    return .object(members)
  }
}

extension ArrayOutline {
  fileprivate var json: JSON {
    [
      "dtype": .string(elementType.rawValue), "shape": JSON(shape), "axes": JSON(axes), "unit": .string(unit),
      "sha256": digest.map { .string($0.hex) } ?? .null,
    ]
  }
}

extension ElementDifferences {
  fileprivate var json: JSON {
    var members: [String: JSON] = [
      "compared": JSON(compared), "differing": JSON(differing), "rowsRevised": JSON(rowsRevised),
      "first": first?.json ?? .null, "largestAbsolute": largestAbsolute?.json ?? .null,
      "largestRelative": largestRelative?.json ?? .null, "largestUlp": largestSteps?.json ?? .null,
      "becameNaN": JSON(becameNaN), "ceasedNaN": JSON(ceasedNaN), "infinities": JSON(infinities),
      "zeroSigns": JSON(zeroSigns), "nanPayloads": JSON(payloads), "columns": .array(columns.map(\.json)),
      "addedColumns": JSON(addedColumns), "removedColumns": JSON(removedColumns),
    ]
    switch basis {
    case .index: members["basis"] = "index"
    case .rows: members["basis"] = "rows"
    case .prefix(let rows, let identical):
      members["basis"] = "prefix"
      members["prefixRows"] = JSON(rows)
      members["prefixRowsIdentical"] = JSON(identical)
    }
    return .object(members)
  }
}

extension ColumnDifferences {
  fileprivate var json: JSON {
    [
      "name": .string(name), "differing": JSON(differing), "largestAbsolute": largestAbsolute?.json ?? .null,
      "largestRelative": largestRelative.map { ElementValue.double($0).json } ?? .null,
      "becameNaN": JSON(becameNaN), "ceasedNaN": JSON(ceasedNaN),
    ]
  }
}

extension LargestDifference {
  fileprivate var json: JSON {
    ["size": size.json, "place": place.json, "old": old.json, "new": new.json]
  }
}

extension ElementPlace {
  fileprivate var json: JSON {
    [
      "index": JSON(index), "oldIndex": JSON(oldIndex), "entity": entity.map(JSON.string) ?? .null,
      "column": column.map(JSON.string) ?? .null, "time": time.map { .string($0.description) } ?? .null,
    ]
  }
}

extension ElementValue {
  /// A number; a text where JSON has no such number.
  fileprivate var json: JSON {
    switch self {
    case .whole(let value): .integer(value)
    case .distance(let value): Int64(exactly: value).map(JSON.integer) ?? .string(description)
    // The shortest text of the narrower type, not the digits that widening would add.
    case .single(let value):
      value.isFinite ? .number(Double(description) ?? Double(value)) : .string(description)
    case .double(let value): value.isFinite ? .number(value) : .string(description)
    }
  }
}
