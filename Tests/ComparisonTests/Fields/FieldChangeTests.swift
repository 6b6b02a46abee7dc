import Artifacts
import TestSupport
import Testing

@testable import Comparison

@Test func `Fields are compared by their whole path, lists of mappings by their place`() {
  let old: [String: JSON] = [
    "training": ["epochs": 5, "rate": 0.001], "blocks": [["kind": "a"], ["kind": "b"]], "list": [1, 2],
    "gone": 1,
  ]
  let new: [String: JSON] = [
    "training": ["epochs": 5, "rate": 0.0005], "blocks": [["kind": "a"], ["kind": "c"]], "list": [1, 2, 3],
    "come": .null,
  ]
  #expect(
    FieldChange.all(from: old, to: new) == [
      FieldChange(path: "blocks.1.kind", old: "b", new: "c"), FieldChange(path: "come", old: nil, new: .null),
      FieldChange(path: "gone", old: 1, new: nil), FieldChange(path: "list", old: [1, 2], new: [1, 2, 3]),
      FieldChange(path: "training.rate", old: 0.001, new: 0.0005),
    ])
  #expect(FieldChange.all(from: ["x": 1], to: ["x": 1.0]) == [FieldChange(path: "x", old: 1, new: 1.0)])
  #expect(FieldChange.all(from: old, to: old).isEmpty)
}
