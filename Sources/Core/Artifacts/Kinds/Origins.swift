/// The rows at which windows end, in the order of the windows, kept as runs of equal steps: a million windows that
/// follow each other are one run.
package struct Origins: Sendable, Equatable {
  package struct Run: Sendable, Equatable {
    /// The first row.
    package var first: Int
    package var count: Int
    /// From one row to the next; 1 where there is one row alone.
    package var step: Int

    package init(first: Int, count: Int, step: Int = 1) {
      self.first = first
      self.count = count
      self.step = step
    }

    package var last: Int { first + (count - 1) * step }
  }

  package private(set) var runs: [Run] = []
  /// How many rows stand before each run, and in all.
  private var starts: [Int] = [0]

  package init() {}

  package init(_ rows: some Sequence<Int>) {
    for row in rows { append(row) }
  }

  /// Adds a row behind the others.
  package mutating func append(_ row: Int) {
    guard var run = runs.last else { return append(Run(first: row, count: 1)) }
    let step = row - run.last
    if run.count == 1, step > 0 {
      run.step = step
    } else if step != run.step {
      return append(Run(first: row, count: 1))
    }
    run.count += 1
    runs[runs.count - 1] = run
    starts[starts.count - 1] += 1
  }

  /// Adds the rows of a run behind the others.
  package mutating func append(_ run: Run) {
    guard run.count > 0 else { return }
    if let last = runs.last, last.step == run.step || run.count == 1, run.first == last.last + last.step {
      runs[runs.count - 1].count += run.count
      starts[starts.count - 1] += run.count
      return
    }
    runs.append(run)
    starts.append((starts.last ?? 0) + run.count)
  }
}

extension Origins: RandomAccessCollection {
  package var startIndex: Int { 0 }
  package var endIndex: Int { starts[starts.count - 1] }

  package subscript(position: Int) -> Int {
    if runs.count == 1 { return runs[0].first + position * runs[0].step }
    var (low, high) = (0, runs.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= position { low = middle } else { high = middle }
    }
    return runs[low].first + (position - starts[low]) * runs[low].step
  }
}

extension Origins: ExpressibleByArrayLiteral {
  package init(arrayLiteral rows: Int...) { self.init(rows) }
}
