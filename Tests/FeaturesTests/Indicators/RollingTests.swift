import Artifacts
import Features
import Testing

/// Each statistic by its definition, of one window.
private enum Plain {
  static func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }

  static func moment(_ power: Int, _ x: [Double]) -> Double {
    let mean = mean(x)
    return Self.mean(x.map { value in (0..<power).reduce(1) { product, _ in product * (value - mean) } })
  }

  static func value(_ statistic: String, _ x: [Double]) -> Double {
    switch statistic {
    case "mean": return mean(x)
    case "sum": return x.reduce(0, +)
    case "min": return x.min() ?? .nan
    case "max": return x.max() ?? .nan
    case "std": return moment(2, x).squareRoot()
    default:
      let variance = moment(2, x)
      return variance == 0 ? 0 : moment(3, x) / (variance * variance.squareRoot())
    }
  }
}

private func rolling(_ statistic: String, _ period: Int, of values: [Double]) throws -> [Double] {
  let trial = IndicatorTrial(
    name: "rolling", settings: ["statistic": .string(statistic), "period": JSON(period)])
  let sample = SampleColumns(columns: ["close": values], time: values.indices.map(Int64.init))
  return try IndicatorTrial.outputs(of: trial.make(), from: sample)[0]
}

private let statistics = ["mean", "std", "min", "max", "skew", "sum"]

@Test(arguments: statistics)
func `A rolling statistic is that of each window, for every short run and period`(statistic: String) throws {
  let values = (0..<23).map { Double(($0 * 7 + 3) % 11) - 3 }
  for period in 1...9 {
    for rows in 0...values.count {
      let found = try rolling(statistic, period, of: Array(values.prefix(rows)))
      for row in found.indices.dropFirst(period - 1) {
        let wanted = Plain.value(statistic, Array(values[(row - period + 1)...row]))
        #expect(abs(found[row] - wanted) < 1e-12, "period \(period), row \(row)")
      }
    }
  }
}

@Test(arguments: ["std", "skew"], [5, 20, 500])
func `Tiny moves at a high price keep their digits`(statistic: String, period: Int) throws {
  // Multiples of 2⁻³⁰ near 60,000 are exact, and so is the distance from 60,000.
  let moves = (0..<1500).map { (row: Int) -> Double in
    let step = (row * row * 31 + row * 17) % 1009
    return Double(step) * 0x1p-30
  }
  let found = try rolling(statistic, period, of: moves.map { 60_000 + $0 })
  for row in stride(from: period - 1, to: moves.count, by: 7) {
    let wanted = Plain.value(statistic, Array(moves[(row - period + 1)...row]))
    #expect(abs(found[row] - wanted) <= 1e-9 * max(abs(wanted), statistic == "skew" ? 1e-3 : 0))
  }
}

@Test(arguments: statistics)
func `A spike is forgotten to the last bit once it has left the window`(statistic: String) throws {
  let values = (0..<60).map { 100 + Double($0 * 29 % 13) / 7 }
  for place in 0..<20 {
    var spiked = values
    spiked[place] = 1e15
    let (found, wanted) = (try rolling(statistic, 10, of: spiked), try rolling(statistic, 10, of: values))
    #expect(found.dropFirst(place + 10) == wanted.dropFirst(place + 10))
  }
}

@Test(arguments: [0.1, 61_234.567_89, 1e-9, -3.3])
func `Of equal values the mean is exactly theirs, and they deviate by exactly nothing`(level: Double) throws {
  let values = [level * 1.7, level * 0.2, level * 9] + [Double](repeating: level, count: 40)
  for period in [1, 2, 7, 13] {
    let flat = (period + 2)..<values.count
    #expect(try rolling("mean", period, of: values)[flat].allSatisfy { $0 == level })
    #expect(try rolling("std", period, of: values)[flat].allSatisfy { $0 == 0 })
    #expect(try rolling("skew", period, of: values)[flat].allSatisfy { $0 == 0 })
  }
}
