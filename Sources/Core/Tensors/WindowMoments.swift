package import Artifacts

/// Sums and products over all windows of some columns: all that least squares needs of them.
///
/// A window is the L inputs and H labels around an origin, z = (x, y) of length L + H. Windows that follow each
/// other overlap in all but one element, so that their product matrix is nearly a Hankel matrix's:
///
///     M[i+1, j+1] = M[i, j] − z_first[i] z_first[j] + z_last+1[i] z_last+1[j].
///
/// Each diagonal costs one dot product over the column and two products an element, and no window is ever
/// stored: O(N (L+H) + L (L+H)) instead of O(N L (L+H)).
package struct WindowMoments: Sendable {
  /// L; of windows that were gathered the width of a row.
  package let inputs: Int
  /// H; of windows that were gathered the number of labels of a row.
  package let outputs: Int
  /// The number of windows, each column's counted apart.
  package let count: Int
  /// The inputs' product matrix XᵀX, [L, L].
  package let inputProducts: Matrix
  /// The products of inputs and labels XᵀY, [L, H].
  package let crossProducts: Matrix
  /// The sum of each label's squares, [H].
  package let outputSquares: [Double]
  /// The sums of the inputs, [L], and of the labels, [H].
  package let inputSums: [Double]
  package let outputSums: [Double]

  /// Over the windows that end at `origins` in some columns, [N] each, whose labels are the rows that follow.
  ///
  /// With `subtractLast` each window's last input is taken off its inputs and labels.
  package init(
    of series: [[Double]], origins: Origins, inputs: Int, outputs: Int, subtractLast: Bool, threads: Int
  ) {
    var raw = RawMoments(length: inputs + outputs, inputs: inputs)
    raw.fill(series: series, runs: Self.runs(in: origins, inputs: inputs), threads: threads)
    if subtractLast { raw.subtractLast() }
    self.inputs = inputs
    self.outputs = outputs
    count = origins.count * series.count
    inputProducts = raw.inputProducts
    crossProducts = raw.crossProducts(outputs: outputs)
    outputSquares = Array(raw.squares[inputs...])
    inputSums = Array(raw.sums[..<inputs])
    outputSums = Array(raw.sums[inputs...])
  }

  /// Runs of origins that follow each other, as the first row of the first window and the number of windows.
  private static func runs(in origins: Origins, inputs: Int) -> [(start: Int, count: Int)] {
    origins.runs.flatMap { run in
      run.step == 1
        ? [(start: run.first - inputs + 1, count: run.count)]
        : (0..<run.count).map { (start: run.first + $0 * run.step - inputs + 1, count: 1) }
    }
  }

  /// Over windows that are gathered block by block: `gather` fills rows of inputs, [n, inputs], and of labels,
  /// [n, outputs], for a block.
  ///
  /// Blocks are added up in their order, so that threads change nothing.
  package init(
    inputs: Int, outputs: Int, blocks: Int, threads: Int,
    gather: @escaping @Sendable (_ block: Int) -> (inputs: Matrix, labels: Matrix)
  ) {
    var sums = GatheredMoments(inputs: inputs, outputs: outputs)
    Blocks.inOrder(blocks, threads: threads) { block in
      let (x, y) = gather(block)
      return GatheredMoments(of: x, y)
    } take: { _, moments in
      sums.add(moments)
    }
    self.inputs = inputs
    self.outputs = outputs
    count = sums.count
    inputProducts = sums.inputProducts
    crossProducts = sums.crossProducts
    outputSquares = sums.outputSquares
    inputSums = sums.inputSums
    outputSums = sums.outputSums
  }
}

/// The moments of rows that were gathered.
private struct GatheredMoments: Sendable {
  var count = 0
  var inputProducts: Matrix
  var crossProducts: Matrix
  var outputSquares: [Double]
  var inputSums: [Double]
  var outputSums: [Double]

  init(inputs: Int, outputs: Int) {
    inputProducts = Matrix(rows: inputs, columns: inputs)
    crossProducts = Matrix(rows: inputs, columns: outputs)
    outputSquares = [Double](repeating: 0, count: outputs)
    inputSums = [Double](repeating: 0, count: inputs)
    outputSums = [Double](repeating: 0, count: outputs)
  }

  init(of x: Matrix, _ y: Matrix) {
    self.init(inputs: x.columns, outputs: y.columns)
    count = x.rows
    inputProducts = x.transposedTimes(x)
    crossProducts = x.transposedTimes(y)
    for row in 0..<x.rows {
      for column in 0..<x.columns { inputSums[column] += x.values[row * x.columns + column] }
      for column in 0..<y.columns {
        let value = y.values[row * y.columns + column]
        outputSums[column] += value
        outputSquares[column] += value * value
      }
    }
  }

  mutating func add(_ other: GatheredMoments) {
    count += other.count
    Self.add(other.inputProducts.values, to: &inputProducts.values)
    Self.add(other.crossProducts.values, to: &crossProducts.values)
    Self.add(other.outputSquares, to: &outputSquares)
    Self.add(other.inputSums, to: &inputSums)
    Self.add(other.outputSums, to: &outputSums)
  }

  private static func add(_ values: [Double], to sums: inout [Double]) {
    for index in sums.indices { sums[index] += values[index] }
  }
}

/// The moments before the last value is subtracted, diagonal after diagonal.
private struct RawMoments {
  let length: Int
  let inputs: Int
  /// M[i, i + d] for i below L and i + d below L + H, at `i * length + i + d`, [L, L + H].
  var products: [Double]
  /// M[j, j], [L + H].
  var squares: [Double]
  /// [L + H].
  var sums: [Double]

  init(length: Int, inputs: Int) {
    self.length = length
    self.inputs = inputs
    products = [Double](repeating: 0, count: inputs * length)
    squares = [Double](repeating: 0, count: length)
    sums = [Double](repeating: 0, count: length)
  }

  mutating func fill(series: [[Double]], runs: [(start: Int, count: Int)], threads: Int) {
    let (length, inputs) = (length, inputs)
    products.withUnsafeMutableBufferPointer { products in
      let target = SharedBuffer(products)
      Blocks.run(length, threads: threads) { lag in
        Self.addDiagonal(lag, of: series, runs: runs, length: length, inputs: inputs, into: target.buffer)
      }
    }
    for values in series {
      values.withUnsafeBufferPointer { z in
        for run in runs {
          Self.addRunning(z, run, power: 2, into: &squares)
          Self.addRunning(z, run, power: 1, into: &sums)
        }
      }
    }
  }

  /// One diagonal belongs to one thread, and is summed column by column and run by run.
  private static func addDiagonal(
    _ lag: Int, of series: [[Double]], runs: [(start: Int, count: Int)], length: Int, inputs: Int,
    into products: UnsafeMutableBufferPointer<Double>
  ) {
    let steps = min(inputs, length - lag)
    for values in series {
      values.withUnsafeBufferPointer { z in
        guard let base = z.baseAddress else { return }
        for run in runs {
          let first = base + run.start
          var product = dotProduct(first, first + lag, count: run.count)
          products[lag] += product
          for step in 1..<max(steps, 1) {
            let (leaving, entering) = (step - 1, step - 1 + run.count)
            product += first[entering] * first[entering + lag] - first[leaving] * first[leaving + lag]
            products[step * length + step + lag] += product
          }
        }
      }
    }
  }

  private static func addRunning(
    _ z: UnsafeBufferPointer<Double>, _ run: (start: Int, count: Int), power: Int, into sums: inout [Double]
  ) {
    func term(_ row: Int) -> Double { power == 2 ? z[row] * z[row] : z[row] }
    var sum = 0.0
    for row in run.start..<(run.start + run.count) { sum += term(row) }
    sums[0] += sum
    for step in 1..<sums.count {
      sum += term(run.start + step - 1 + run.count) - term(run.start + step - 1)
      sums[step] += sum
    }
  }

  /// M for i and j in any order, as far as it is known.
  private func product(_ i: Int, _ j: Int) -> Double {
    if i == j { return squares[i] }
    return i < j ? products[i * length + j] : products[j * length + i]
  }

  /// Replaces z by z − z[L−1].
  mutating func subtractLast() {
    let last = inputs - 1
    let withLast = (0..<length).map { product($0, last) }
    let lastSquare = squares[last]
    for i in 0..<inputs {
      for j in i..<length { products[i * length + j] += lastSquare - withLast[i] - withLast[j] }
    }
    for j in 0..<length { squares[j] += lastSquare - 2 * withLast[j] }
    let lastSum = sums[last]
    for j in 0..<length { sums[j] -= lastSum }
  }

  var inputProducts: Matrix {
    var matrix = Matrix(rows: inputs, columns: inputs)
    for i in 0..<inputs {
      for j in i..<inputs {
        let value = i == j ? squares[i] : products[i * length + j]
        matrix.values[i * inputs + j] = value
        matrix.values[j * inputs + i] = value
      }
    }
    return matrix
  }

  func crossProducts(outputs: Int) -> Matrix {
    var matrix = Matrix(rows: inputs, columns: outputs)
    for i in 0..<inputs {
      for h in 0..<outputs { matrix.values[i * outputs + h] = products[i * length + inputs + h] }
    }
    return matrix
  }
}

/// A buffer that several threads write, each in elements of its own.
private struct SharedBuffer: @unchecked Sendable {
  let buffer: UnsafeMutableBufferPointer<Double>
  init(_ buffer: UnsafeMutableBufferPointer<Double>) { self.buffer = buffer }
}
