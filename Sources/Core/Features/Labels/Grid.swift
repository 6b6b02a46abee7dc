/// The class of the percent change over so many rows, between edges.
///
/// Class i holds edges[i] ≤ 100 (x[t + h] − x[t]) / x[t] < edges[i + 1]: half-open, as NumPy's `digitize` has them. A
/// change below the first edge is in the first class, and one at or above the last edge in the last. With `one_hot`
/// each class is a column of its own, 1 in the rows that are of it and 0 in the others.
package struct Grid: Label {
  package static let name = "grid"
  package let inputs: [String]
  private let steps: Int
  private let edges: [Double]
  private let isOneHot: Bool

  package init(_ settings: PartSettings) throws(FeatureError) {
    inputs = [try settings.text("of")]
    steps = try settings.period("steps")
    edges = try settings.numbers("edges")
    isOneHot = try settings.truth("one_hot")
    guard edges.count >= 3, zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .unsuitableSetting(
        part: settings.part, setting: "edges",
        problem: "three or more percentages, each above the one before it, not \(edges)")
    }
  }

  private var classCount: Int { edges.count - 1 }

  package var outputs: [LabelColumn] {
    let still = number(of: 0)
    guard isOneHot else { return [LabelColumn(unit: "class", still: .value(Double(still)), classes: names)] }
    return (0..<classCount).map {
      LabelColumn(
        suffix: "_\($0)", unit: "0 or 1: \(names[$0])", still: .value($0 == still ? 1 : 0),
        classes: ["not " + names[$0], names[$0]])
    }
  }

  /// `below -2 %`, `-2 to 0 %`, `0 to 2 %`, `2 % and above`.
  private var names: [String] {
    func words(_ edge: Double) -> String { Int(exactly: edge).map { "\($0)" } ?? "\(edge)" }
    return (0..<classCount).map { index in
      if index == 0 { return "below \(words(edges[1])) %" }
      let lower = words(edges[index])
      return index == classCount - 1 ? "\(lower) % and above" : "\(lower) to \(words(edges[index + 1])) %"
    }
  }

  package var span: Int { steps }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    let values = run[0]
    guard values.count > steps else { return }
    for row in 0..<(values.count - steps) {
      let change = (values[row + steps] - values[row]) / values[row] * 100
      let number = change.isFinite ? number(of: change) : nil
      guard isOneHot else {
        outputs[0][row] = number.map(Double.init) ?? .nan
        continue
      }
      for (index, output) in outputs.enumerated() { output[row] = number.map { $0 == index ? 1 : 0 } ?? .nan }
    }
  }

  private func number(of change: Double) -> Int {
    max(0, min(classCount, edges.count { $0 <= change }) - 1)
  }
}
