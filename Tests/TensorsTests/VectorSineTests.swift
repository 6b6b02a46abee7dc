import Numerics
import Tensors
import Testing

@Test func `Sine and cosine of eight angles are within 2e-7 up to 8192`() {
  let stream = RandomStream(seed: 5, purpose: "angles")
  var worst = 0.0
  for range in [1.0, 10, 100, 1000, 8192] {
    for block in 0..<20_000 {
      var x = Vector8.zero
      for k in 0..<8 { x[k] = Float(stream.uniform(at: 8 * block + k, from: -range, to: range)) }
      let (sine, cosine) = (x.sine, x.cosine)
      for k in 0..<8 {
        worst = max(worst, abs(Double(sine[k]) - Elementary.sin(Double(x[k]))))
        worst = max(worst, abs(Double(cosine[k]) - Elementary.cos(Double(x[k]))))
      }
    }
  }
  #expect(worst < 2e-7)
}

@Test func `Multiples of a quarter turn are within 2e-7 too`() {
  for quarter in -5000...5000 {
    let angle = Float(Double(quarter) * .pi / 2)
    let x = Vector8(angle, angle.nextUp, angle.nextDown, -angle, angle / 2, -angle / 2, angle / 4, 0)
    for k in 0..<8 {
      #expect(abs(Double(x.sine[k]) - Elementary.sin(Double(x[k]))) < 2e-7)
      #expect(abs(Double(x.cosine[k]) - Elementary.cos(Double(x[k]))) < 2e-7)
    }
  }
}

@Test func `A sine of a great angle stays within one, and what is not a number stays so`() {
  let x = Vector8(1e6, -1e9, 1e20, -3e38, .nan, .infinity, 0, -0.0)
  let (sine, cosine) = (x.sine, x.cosine)
  for k in 0..<4 { #expect(abs(sine[k]) <= 1 && abs(cosine[k]) <= 1) }
  #expect(sine[4].isNaN && cosine[4].isNaN && sine[5].isNaN)
  #expect(sine[6] == 0 && cosine[6] == 1 && cosine[7] == 1)
}
