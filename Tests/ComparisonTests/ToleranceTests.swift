import Testing

@testable import Comparison

@Test func `A tolerance is symmetric and counts its bound in`() {
  let tolerance = Tolerance(relative: 0.25, absolute: 1)
  #expect(tolerance.allows(8, 11) && tolerance.allows(11, 8))
  #expect(tolerance.allows(8, 12) && !tolerance.allows(8, 12.1))
  #expect(Tolerance.exact.allows(2, 2) && !Tolerance.exact.allows(2, 2.0.nextUp))
}
