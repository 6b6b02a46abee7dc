internal import Artifacts
private import Numerics
private import Tensors

/// A grid as a model's file asks for it, and as the training windows make it.
package struct GridTarget: Sendable, Equatable {
  /// How likely intervals are compared with the one that came.
  package enum Comparison: String, Sendable, CaseIterable {
    case categorical
    /// Each interval's probability as a yes or no of its own.
    case binary
  }

  package enum Edges: Sendable, Equatable {
    case given([Float])
    /// As many intervals of equally many training values.
    case quantiles(Int)
  }

  package var edges: Edges
  package var subject: ValueGrid.Subject
  package var choice: ValueGrid.Choice
  package var comparison: Comparison
  /// What the training windows made of it; nil before anybody looked.
  package private(set) var grid: ValueGrid?

  package init(
    edges: Edges, of subject: ValueGrid.Subject = .change, forecast choice: ValueGrid.Choice = .mean,
    by comparison: Comparison = .categorical
  ) {
    self.edges = edges
    self.subject = subject
    self.choice = choice
    self.comparison = comparison
  }

  /// The number of intervals.
  package var count: Int {
    if let grid { return grid.count }
    switch edges {
    case .given(let edges): return edges.count - 1
    case .quantiles(let count): return count
    }
  }

  /// More training values than this are thinned out before their quantiles are taken.
  private static let mostValues = 4_000_000

  /// With edges and centres that the windows give; refuses edges that do not cover training and validation values.
  func resolved(on table: WindowTable) throws(NetworkError) -> GridTarget {
    guard subject == .value || !table.signature.hasLabels else {
      throw .data(
        "labels have no last value that a \(subject.rawValue) could be seen from; set of: value in training.loss.grid",
        path: "training.loss"
      )
    }
    var reader = GridValues(table, subject)
    let edges: [Float]
    switch self.edges {
    case .given(let given):
      edges = given
      try requireCover(given, &reader, table)
    case .quantiles(let count): edges = try quantiles(count, &reader, table)
    }
    var sums = [Double](repeating: 0, count: edges.count - 1)
    var counts = [Int](repeating: 0, count: edges.count - 1)
    var (low, high) = (Float.infinity, -Float.infinity)
    for origin in table.origins[.train] ?? [] {
      for value in try reader.values(ofWindowAt: origin) {
        let interval = ValueGrid.interval(of: value, in: edges)
        sums[interval] += Double(value)
        counts[interval] += 1
        (low, high) = (min(low, value), max(high, value))
      }
    }
    var result = self
    let empty = ValueGrid(
      subject: subject, choice: choice, edges: edges, centres: sums.map { Float($0) }, low: low, high: high)
    let centres = sums.indices.map { interval in
      counts[interval] > 0
        ? Float(sums[interval] / Double(counts[interval]))
        : Float((empty.end(interval) + empty.end(interval + 1)) / 2)
    }
    result.grid = ValueGrid(
      subject: subject, choice: choice, edges: edges, centres: centres, low: low, high: high)
    return result
  }

  private func requireCover(
    _ edges: [Float], _ reader: inout GridValues, _ table: WindowTable
  ) throws(NetworkError) {
    guard let first = edges.first, let last = edges.last else { return }
    var (count, outside, low, high) = (0, 0, Float.infinity, -Float.infinity)
    for split in [Split.train, .validation] {
      for origin in table.origins[split] ?? [] {
        for value in try reader.values(ofWindowAt: origin) {
          count += 1
          if value < first || value > last { outside += 1 }
          (low, high) = (min(low, value), max(high, value))
        }
      }
    }
    guard outside > 0 else { return }
    var remedies: [String] = []
    if low < first { remedies.append("the first to \(low) or less") }
    if high > last { remedies.append("the last to \(high) or more") }
    throw .data(
      """
      the grid's edges reach from \(first) to \(last), and \(DecimalNumber.grouped(outside)) of the \
      \(DecimalNumber.grouped(count)) values of the training and validation windows lie outside: the smallest is \
      \(low) and the greatest \(high); widen the edges in training.loss.grid: \(remedies.joined(separator: ", "))
      """, path: "training.loss")
  }

  private func quantiles(
    _ count: Int, _ reader: inout GridValues, _ table: WindowTable
  ) throws(NetworkError) -> [Float] {
    let origins = table.origins[.train] ?? []
    let each = table.signature.horizon * table.signature.targets.count
    let stride = max(1, (origins.count * each + Self.mostValues - 1) / Self.mostValues)
    var values: [Float] = []
    for (number, origin) in origins.enumerated() where number % stride == 0 {
      values.append(contentsOf: try reader.values(ofWindowAt: origin))
    }
    values.sort()
    var edges: [Float] = []
    for edge in 0...count where !values.isEmpty {
      let value = values[(values.count - 1) * edge / count]
      if edges.last != value { edges.append(value) }
    }
    guard edges.count >= 3 else {
      throw .data(
        """
        \(count) bins need training values that differ, and most of them are \(values[safe: values.count / 2] ?? 0); take \
        fewer bins, or give edges: in training.loss.grid
        """, path: "training.loss")
    }
    return edges
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

/// What a grid sorts of the windows of a table.
private struct GridValues {
  private let table: WindowTable
  private let subject: ValueGrid.Subject
  /// The positions of the targets among the features.
  private let columns: [Int]
  private var inputs: [Float]
  private var labels: [Float]

  init(_ table: WindowTable, _ subject: ValueGrid.Subject) {
    self.table = table
    self.subject = subject
    let signature = table.signature
    columns = signature.targetColumns
    inputs = [Float](
      repeating: 0, count: subject == .value ? 0 : signature.lookback * signature.features.count)
    labels = [Float](repeating: 0, count: signature.horizon * signature.targets.count)
  }

  mutating func values(ofWindowAt origin: Int) throws(NetworkError) -> [Float] {
    let (table, subject, signature) = (table, subject, table.signature)
    inputs.withUnsafeMutableBufferPointer { inputs in
      labels.withUnsafeMutableBufferPointer { labels in
        table.read(
          windowAt: origin, inputs: subject == .value ? nil : inputs.baseAddress, labels: labels.baseAddress)
      }
    }
    guard subject != .value else { return labels }
    let row = (signature.lookback - 1) * signature.features.count
    var values = labels
    for index in values.indices {
      let last = inputs[row + columns[index % columns.count]]
      guard subject != .percent || last > 0 else {
        throw .data(
          """
          a percentage of the last input needs one above 0, and a training or validation window ends with \(last) in the \
          units of the model; set of: change in training.loss.grid, or leave the target without a transform that moves \
          its zero
          """, path: "training.loss")
      }
      values[index] = subject.value(of: values[index], after: last)
    }
    return values
  }
}
