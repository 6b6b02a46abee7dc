import Synchronization
import Tensors
import Testing

@Test(arguments: [1, 2, 3, 8], [0, 1, 2, 7])
func `Every block runs once, and results come in order`(threads: Int, count: Int) {
  let runs = Mutex([Int](repeating: 0, count: count))
  Blocks.run(count, threads: threads) { block in runs.withLock { $0[block] += 1 } }
  #expect(runs.withLock { $0 } == [Int](repeating: 1, count: count))

  var order: [Int] = []
  Blocks.inOrder(count, threads: threads) {
    $0 * 10
  } take: { block, value in
    #expect(value == block * 10)
    order.append(block)
  }
  #expect(order == Array(0..<count))
}
