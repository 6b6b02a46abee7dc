@testable import Configuration
import Testing

@Test(arguments: [
  ("", "", 0), ("abc", "abc", 0), ("abc", "acb", 1), ("horizn", "horizon", 1), ("kitten", "sitting", 3),
])
func `The distance counts insertions, removals, changes and swaps`(a: String, b: String, distance: Int) {
  #expect(NearestName.distance(a, b) == distance)
  #expect(NearestName.distance(b, a) == distance)
}

@Test func `The nearest name is suggested only when it is near`() {
  #expect(NearestName.of("horzon", among: ["lookback", "horizon", "split"]) == "horizon")
  #expect(NearestName.of("LookBack", among: ["lookback", "horizon"]) == "lookback")
  #expect(NearestName.of("zebra", among: ["lookback", "horizon"]) == nil)
  #expect(NearestName.of("x", among: []) == nil)
}
