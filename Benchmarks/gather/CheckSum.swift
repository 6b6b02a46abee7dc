import Artifacts
import Tensors

/// A sum over the bits of some windows, which tells whether two readers give the same: Benchmarks/peers/check_sum.py.
struct CheckSum {
  /// Windows are k · step modulo their number, for batches of k; the step is a prime.
  private static let step = 104_729
  private static let batches = 16

  private(set) var value: UInt64 = 0

  /// The windows of all rows, whatever the split, as the peers have them.
  init(of table: WindowTable, batch: Int) {
    let signature = table.signature
    let count = signature.lookback * signature.features.count
    let windows = table.rowCount - signature.lookback
    let inputs = FloatMemory.allocate(batch * count)
    defer { inputs.deallocate() }
    for number in 0..<Self.batches {
      let origins = (0..<batch).map { window in
        Int32((number * batch + window) * Self.step % windows + signature.lookback - 1)
      }
      origins.withUnsafeBufferPointer { table.read(windowsAt: $0, inputs: inputs, labels: nil) }
      for index in 0..<(batch * count) {
        value &+= UInt64(inputs[index].bitPattern) &* UInt64(index % 1021 + 1)
      }
    }
  }
}
