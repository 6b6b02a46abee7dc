import Foundation
import Numerics
import Testing

/// How many doubles lie between two.
private func unitsInTheLastPlace(_ a: Double, _ b: Double) -> Int64 {
  if a == b { return 0 }
  return abs(Int64(bitPattern: a.bitPattern) - Int64(bitPattern: b.bitPattern))
}

private let stream = RandomStream(seed: 1, purpose: "test.elementary")

@Test func `exp is within one unit in the last place of the system's`() {
  for index in 0..<20_000 {
    let x = stream.uniform(at: index, from: -745, to: 709.7)
    #expect(unitsInTheLastPlace(Elementary.exp(x), Foundation.exp(x)) <= 1, "exp(\(x))")
  }
}

@Test func `log is within one unit in the last place of the system's`() {
  for index in 0..<20_000 {
    let x = Foundation.exp(stream.uniform(at: index, from: -700, to: 700))
    #expect(unitsInTheLastPlace(Elementary.log(x), Foundation.log(x)) <= 1, "log(\(x))")
    let nearOne = stream.uniform(at: index, from: 0.5, to: 2)
    #expect(unitsInTheLastPlace(Elementary.log(nearOne), Foundation.log(nearOne)) <= 1, "log(\(nearOne))")
  }
}

@Test(arguments: [0, 1, 2, 255, 256, 257, 700])
func `exp of many values gives the same bits as of each`(count: Int) {
  let special: [Double] = [-708, 709, -745.2, 709.9, .infinity, -.infinity, .nan, -0.0, 710]
  for places in [[], [count / 2], [0, count - 1]] {
    var values = (0..<count).map { Double($0 * $0 % 997) * 1.4 - 700 }
    for (index, place) in places.enumerated() where values.indices.contains(place) {
      values[place] = special[(count + index) % special.count]
    }
    var found = values
    found.withUnsafeMutableBufferPointer { Elementary.exp($0) }
    #expect(found.map(\.bitPattern) == values.map { Elementary.exp($0).bitPattern })
  }
}

@Test(arguments: [0, 1, 2, 255, 256, 257, 700])
func `log of many values gives the same bits as of each`(count: Int) {
  let special: [Double] = [0, -0.0, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, 1]
  for places in [[], [count / 2], [0, count - 1]] {
    var values = (0..<count).map { Double($0 * $0 % 997 + 1) / 131 }
    for (index, place) in places.enumerated() where values.indices.contains(place) {
      values[place] = special[(count + index) % special.count]
    }
    var found = values
    found.withUnsafeMutableBufferPointer { Elementary.log($0) }
    #expect(found.map(\.bitPattern) == values.map { Elementary.log($0).bitPattern })
  }
  var found = special
  found.withUnsafeMutableBufferPointer { Elementary.log($0) }
  #expect(found.map(\.bitPattern) == special.map { Elementary.log($0).bitPattern })
}

@Test func `sine and cosine are within two units in the last place of the system's`() {
  for index in 0..<20_000 {
    let x = stream.uniform(at: index, from: -1000, to: 1000)
    #expect(unitsInTheLastPlace(Elementary.sin(x), Foundation.sin(x)) <= 2, "sin(\(x))")
    #expect(unitsInTheLastPlace(Elementary.cos(x), Foundation.cos(x)) <= 2, "cos(\(x))")
  }
}

@Test func `The ends of the range are what IEEE 754 says`() {
  #expect(Elementary.exp(0) == 1)
  #expect(Elementary.exp(710) == .infinity)
  #expect(Elementary.exp(-746) == 0)
  #expect(Elementary.exp(-.infinity) == 0)
  #expect(Elementary.exp(.nan).isNaN)
  #expect(Elementary.log(1) == 0)
  #expect(Elementary.log(0) == -.infinity)
  #expect(Elementary.log(-1).isNaN)
  #expect(Elementary.log(.infinity) == .infinity)
  #expect(Elementary.log(.leastNonzeroMagnitude) == Foundation.log(Double.leastNonzeroMagnitude))
  #expect(Elementary.sin(0) == 0)
  #expect(Elementary.cos(0) == 1)
}

/// A number for all bits of many results: were one of them different on some machine, this would be too.
@Test func `Ten thousand results have the same bits on every machine`() {
  let functions: [(Double) -> Double] = [
    { Elementary.exp($0) }, { Elementary.log(abs($0)) }, { Elementary.sin($0) }, { Elementary.cos($0) },
  ]
  var hash: UInt64 = 14_695_981_039_346_656_037
  for index in 0..<10_000 {
    let x = stream.uniform(at: index, from: -300, to: 300)
    hash = (hash ^ functions[index % 4](x).bitPattern) &* 1_099_511_628_211
  }
  #expect(hash == 3_779_887_853_838_269_100)
}
