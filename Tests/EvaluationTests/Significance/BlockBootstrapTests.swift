import Evaluation
import Numerics
import Testing

@Test func `The interval of skill holds the true skill as often as it says`() throws {
  let stream = RandomStream(seed: 9, purpose: "skill intervals")
  let (trials, count, overlap) = (300, 400, 8)
  var held = 0
  for trial in 0..<trials {
    // Losses that are alike in neighbours: means of squares, 0.8 and 1 in the long run.
    let first = trial * (count + overlap) * 2
    func losses(_ lane: Int, _ size: Double) -> [Double] {
      let squares = (0..<(count + overlap)).map { index in
        let value = stream.normal(at: first + lane * (count + overlap) + index)
        return size * value * value
      }
      return (0..<count).map { squares[$0..<($0 + overlap)].reduce(0, +) }
    }
    let bootstrap = BlockBootstrap(
      blockLength: BlockBootstrap.blockLength(windows: count, overlap: 3 * overlap), resamples: 400,
      seed: UInt64(trial))
    let interval = try #require(bootstrap.skill(of: losses(0, 0.8), against: losses(1, 1)))
    if interval.contains(0.2) { held += 1 }
  }
  // Intervals from blocks are known to be a little too short.
  #expect(Double(held) / Double(trials) > 0.88 && Double(held) / Double(trials) < 0.99)
}

@Test func `The same seed draws the same interval`() {
  let losses = (0..<50).map { Double($0 % 7) }
  let others = (0..<50).map { Double($0 % 5) + 1 }
  let bootstrap = BlockBootstrap(blockLength: 4, resamples: 100, seed: 1)
  let interval = bootstrap.skill(of: losses, against: others)
  #expect(interval != nil && interval == bootstrap.skill(of: losses, against: others))
  #expect(
    interval != BlockBootstrap(blockLength: 4, resamples: 100, seed: 2).skill(of: losses, against: others))
  #expect(bootstrap.skill(of: [1], against: [2]) == nil)
}
