import Artifacts
import Numerics
import Tensors
import Testing

/// The moments as anybody would write them: window by window.
private struct Naive {
  var products: [[Double]]
  var sums: [Double]

  init(_ table: [Float], columns: Int, origins: [Int], inputs: Int, outputs: Int, subtractLast: Bool) {
    let length = inputs + outputs
    products = [[Double]](repeating: [Double](repeating: 0, count: length), count: length)
    sums = [Double](repeating: 0, count: length)
    for origin in origins {
      for column in 0..<columns {
        let last = subtractLast ? Double(table[origin * columns + column]) : 0
        let z = (0..<length).map { Double(table[(origin - inputs + 1 + $0) * columns + column]) - last }
        for i in 0..<length {
          sums[i] += z[i]
          for j in 0..<length { products[i][j] += z[i] * z[j] }
        }
      }
    }
  }
}

private let table: [Float] = {
  let stream = RandomStream(seed: 9, purpose: "moments")
  return (0..<180).map { Float(stream.normal(at: $0)) + 3 }
}()

/// The columns of the table, [N] each.
private func series(_ columns: Int) -> [[Double]] {
  (0..<columns).map { column in
    stride(from: column, to: table.count / columns * columns, by: columns).map { Double(table[$0]) }
  }
}

@Test(arguments: [(1, 1, 1), (4, 2, 1), (5, 7, 2), (3, 9, 3), (8, 1, 2)], [true, false])
func `Moments of overlapping windows equal those summed window by window`(
  shape: (inputs: Int, outputs: Int, columns: Int), subtractLast: Bool
) {
  let (inputs, outputs, columns) = shape
  let rows = table.count / columns
  let all = Array((inputs - 1)..<(rows - outputs))
  // Runs of every length, single windows among them.
  for origins in [all, all.filter { $0 % 5 != 0 }, [all[0]], all.filter { $0 % 7 == 3 }, []] {
    let naive = Naive(
      table, columns: columns, origins: origins, inputs: inputs, outputs: outputs, subtractLast: subtractLast)
    let moments = WindowMoments(
      of: series(columns), origins: Origins(origins), inputs: inputs, outputs: outputs,
      subtractLast: subtractLast, threads: 2)
    #expect(moments.count == origins.count * columns)
    for i in 0..<inputs {
      #expect(abs(moments.inputSums[i] - naive.sums[i]) < 1e-8)
      for j in 0..<inputs {
        #expect(abs(moments.inputProducts.values[i * inputs + j] - naive.products[i][j]) < 1e-8)
      }
      for h in 0..<outputs {
        #expect(abs(moments.crossProducts.values[i * outputs + h] - naive.products[i][inputs + h]) < 1e-8)
      }
    }
    for h in 0..<outputs {
      #expect(abs(moments.outputSums[h] - naive.sums[inputs + h]) < 1e-8)
      #expect(abs(moments.outputSquares[h] - naive.products[inputs + h][inputs + h]) < 1e-8)
    }
  }
}

@Test func `Moments of windows that are gathered equal those of windows that overlap`() {
  let origins = Origins(8..<60)
  let overlapping = WindowMoments(
    of: series(1), origins: origins, inputs: 4, outputs: 2, subtractLast: false, threads: 1)
  let gathered = WindowMoments(inputs: 4, outputs: 2, blocks: 6, threads: 2) { block in
    let rows = origins[(block * 10)..<min(block * 10 + 10, origins.count)]
    func matrix(_ range: Range<Int>) -> Matrix {
      Matrix(
        rows: rows.count, columns: range.count,
        values: rows.flatMap { row in range.map { Double(table[row + $0]) } })
    }
    return (matrix(-3..<1), matrix(1..<3))
  }
  #expect(gathered.count == overlapping.count)
  for (one, other) in [
    (gathered.inputProducts.values, overlapping.inputProducts.values),
    (gathered.crossProducts.values, overlapping.crossProducts.values),
    (gathered.outputSquares, overlapping.outputSquares), (gathered.inputSums, overlapping.inputSums),
    (gathered.outputSums, overlapping.outputSums),
  ] {
    #expect(one.count == other.count)
    for (found, wanted) in zip(one, other) { #expect(abs(found - wanted) < 1e-8) }
  }
}

@Test func `Moments have the same bits on any number of threads`() {
  func moments(_ threads: Int) -> [UInt64] {
    let moments = WindowMoments(
      of: series(2), origins: Origins(10..<70), inputs: 8, outputs: 5, subtractLast: true, threads: threads)
    return (moments.inputProducts.values + moments.crossProducts.values + moments.outputSquares).map(
      \.bitPattern)
  }
  #expect(moments(1) == moments(2) && moments(1) == moments(7))
}
