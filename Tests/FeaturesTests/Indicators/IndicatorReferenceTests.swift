import Artifacts
import Features
import TestSupport
import Testing

/// What scripts/reference/indicators.py computed with TA-Lib, pandas and NumPy.
private enum Reference {
  struct Case: CustomTestStringConvertible {
    let trial: IndicatorTrial
    let sample: SampleColumns
    /// The first row that has a value.
    let first: Int
    /// The values from that row on.
    let outputs: [[Double]]

    var testDescription: String { trial.testDescription }
  }

  static let cases: [Case] = {
    let path = Programs.repository + "/Tests/Reference/indicators.json"
    guard let bytes = try? Disk.read(path), let json = try? JSON(parsing: bytes) else { return [] }
    let columns = (json["columns"]?.object ?? [:]).mapValues(numbers)
    return (json["cases"]?.array ?? []).compactMap { entry in
      guard let name = entry["indicator"]?.string, let settings = entry["settings"]?.object,
        let first = entry["first"]?.integer, let outputs = entry["outputs"]?.array
      else { return nil }
      let time = (entry["time"] ?? json["time"])?.array?.compactMap(\.integer) ?? []
      return Case(
        trial: IndicatorTrial(name: name, settings: settings),
        sample: SampleColumns(columns: columns, time: time.map(Int64.init)), first: first,
        outputs: outputs.map(numbers))
    }
  }()

  static func numbers(_ json: JSON) -> [Double] { (json.array ?? []).compactMap(\.number) }
}

@Test func `The reference has a case for every indicator`() {
  #expect(Set(Reference.cases.map(\.trial.name)) == Set(IndicatorLibrary.all.map { $0.name }))
}

/// To 10⁻⁹ of the value; of those that may pass through zero, of the largest.
@Test(arguments: Reference.cases)
private func `An indicator agrees with TA-Lib, pandas or NumPy`(_ reference: Reference.Case) throws {
  let indicator = try reference.trial.make()
  #expect(indicator.lookback == reference.first)
  let found = try IndicatorTrial.outputs(of: indicator, from: reference.sample)
  try #require(found.count == reference.outputs.count)
  let crossesZero = ["macd", "obv", "returns", "calendar"].contains(reference.trial.name)
  for (found, wanted) in zip(found, reference.outputs) {
    try #require(found.count == reference.first + wanted.count && !wanted.isEmpty)
    let largest = wanted.map(abs).max() ?? 0
    for (found, wanted) in zip(found.dropFirst(reference.first), wanted) {
      #expect(abs(found - wanted) <= 1e-9 * (crossesZero ? largest : abs(wanted)))
    }
  }
}
