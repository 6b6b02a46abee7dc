import Foundation
import Numerics
import Testing

private let stream = RandomStream(seed: 3, purpose: "test.near-zero")

@Test func `exp minus one and log of one plus are the system's to a few units in the last place`() {
  for index in 0..<20_000 {
    let size = Foundation.exp(stream.uniform(at: index, from: -60, to: 6))
    for x in [size, -size] {
      let (found, wanted) = (Elementary.expMinusOne(x), Foundation.expm1(x))
      #expect(abs(found - wanted) <= 8e-16 * abs(wanted), "expMinusOne(\(x))")
      guard x > -1 else { continue }
      let (ours, theirs) = (Elementary.logOnePlus(x), Foundation.log1p(x))
      #expect(abs(ours - theirs) <= 8e-16 * abs(theirs), "logOnePlus(\(x))")
    }
  }
}

@Test func `Near zero they keep what exp and log lose`() {
  #expect(Elementary.expMinusOne(1e-20) == 1e-20 && Elementary.exp(1e-20) - 1 == 0)
  #expect(Elementary.logOnePlus(-1e-20) == -1e-20 && Elementary.log(1 - 1e-20) == 0)
  #expect(Elementary.expMinusOne(0) == 0 && Elementary.logOnePlus(0) == 0)
}

@Test func `Their ends are those of exp and log`() {
  #expect(Elementary.expMinusOne(710) == .infinity)
  #expect(Elementary.expMinusOne(-.infinity) == -1)
  #expect(Elementary.expMinusOne(.nan).isNaN)
  #expect(Elementary.logOnePlus(-1) == -.infinity)
  #expect(Elementary.logOnePlus(.infinity) == .infinity)
  #expect(Elementary.logOnePlus(-2).isNaN)
}
