import Artifacts
import Chronology
import Testing

private let columns = Signature(
  entities: ["A", "B"], features: ["open", "close", "hour"], targets: ["close"], knownAhead: ["hour"],
  lookback: 5,
  horizon: 3, shift: 2, interval: .milliseconds(3_600_000), calendar: .weekdays)

private let labels = Signature(
  entities: ["A"], features: ["close", "hour"], labels: ["up", "return"], classes: [["down", "up"], []],
  span: 7,
  knownAhead: ["hour"], lookback: 4, interval: .milliseconds(60_000), calendar: .continuous)

@Test(arguments: [columns, labels])
func `A signature is read as it was written`(signature: Signature) {
  #expect(Signature(json: signature.json) == signature)
}

@Test func `A shift moves the labels, and the reach of a window with them`() {
  #expect(columns.labelStart == 3 && columns.span == 5 && columns.reach == (-4)...5)
  #expect(columns.targetColumns == [1] && columns.knownColumns == [2] && columns.classes == [[]])
}

@Test func `Labels stand in the row of their origin, and are no features`() {
  #expect(labels.labelStart == 0 && labels.horizon == 1 && labels.span == 7 && labels.reach == (-3)...7)
  #expect(labels.targetColumns.isEmpty && labels.knownColumns == [1])
}

/// A fact of a signature that no `prepare` has written.
@Test(
  arguments: [
    ("lookback", 0), ("horizon", 0), ("horizon", 2), ("labelStart", 0), ("span", 9), ("targets", ["volume"]),
    ("knownAhead", ["day"]), ("classes", []), ("interval", "1y"), ("calendar", "sometimes"),
    ("features", "close"),
  ] as [(String, JSON)])
func `A signature that contradicts itself is none`(key: String, value: JSON) {
  var json = columns.json.object ?? [:]
  json[key] = value
  #expect(Signature(json: .object(json)) == nil)
}

@Test(arguments: [("horizon", 2), ("labelStart", 1), ("span", 0)] as [(String, JSON)])
func `Labels have one step, in the row of the origin, and look ahead`(key: String, value: JSON) {
  var json = labels.json.object ?? [:]
  json[key] = value
  #expect(Signature(json: .object(json)) == nil)
}
