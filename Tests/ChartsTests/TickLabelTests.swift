@testable import Charts
import Testing

@Test(
  arguments: [
    (0.0, 1.0, "0.5"), (0, 64_000, "20,000"), (0, 3e6, "2M"), (0, 4e9, "2G"), (0, 1e-7, "5e-8"),
    (0, 1e17, "0.5e17"),
    (1_000_000, 1_000_000.4, "1,000,000.2"), (-2e6, 2e6, "-1M"), (0.000_12, 0.000_19, "0.00014"),
  ] as [(Double, Double, String)])
func `Numbers beside an axis are as short as can be`(low: Double, high: Double, label: String) {
  let ticks = Axis(from: low, to: high, start: 0, end: 100).ticks(about: 4)
  let labels = ticks.map(\.label)
  #expect(labels.contains(label), "\(labels)")
  #expect(Set(labels).count == labels.count && labels.allSatisfy { $0.count <= 11 })
}

@Test(arguments: [1e-290, 1e-12, 1, 1e12, 1e290])
func `An axis of any magnitude has ticks inside it`(size: Double) {
  let ticks = Axis(from: -size, to: 3 * size, start: 0, end: 100).ticks(about: 5)
  #expect((3...12).contains(ticks.count))
  #expect(ticks.allSatisfy { $0.value >= -size && $0.value <= 3 * size })
}
