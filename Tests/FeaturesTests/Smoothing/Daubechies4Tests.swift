import Numerics
import Testing

@testable import Features

@Test func `The scaling filter is orthonormal to its own even shifts`() {
  let taps = Daubechies4.taps
  for shift in 0..<4 {
    let product = zip(taps.dropFirst(2 * shift), taps).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(product - (shift == 0 ? 1 : 0)) < 1e-15)
  }
}

@Test(arguments: [1, 2, 3, 7, 8, 13, 96, 97])
func `Averages and details make the values again`(count: Int) {
  let stream = RandomStream(seed: 5, purpose: "test.wavelet")
  let values = (0..<count).map { stream.normal(at: $0) }
  let (averages, details) = Daubechies4.split(values)
  #expect(averages.count == (count + 1) / 2 && details.count == averages.count)
  for (found, wanted) in zip(Daubechies4.join(averages, details, count: count), values) {
    #expect(abs(found - wanted) < 1e-14)
  }
}

@Test func `The useful levels are PyWavelets'`() {
  #expect([0, 1, 6, 7, 13, 14, 27, 28, 96, 112].map(Daubechies4.levels) == [0, 0, 0, 0, 0, 1, 1, 2, 3, 4])
}
