import Numerics
import Testing

/// SciPy 1.17.1: `scipy.special.gammaln` and `digamma`.
@Test(arguments: [
  (1e-3, 6.907178885383853, -1000.5755719318103), (0.5, 0.5723649429247, -1.9635100260214235),
  (1, 0, -0.5772156649015329), (1.5, -0.12078223763524526, 0.03648997397857652), (2, 0, 0.42278433509846713),
  (3.25, 0.9358019311087253, 1.016990911068179), (14.999, 25.188546870546926, 2.674277721057536),
  (15, 25.191221182738683, 2.6743466616607936), (40, 106.63176026064345, 3.6763273740348428),
  (11_014.5, 91493.36301737434, 9.306922470165906),
])
func `The gamma function's logarithm and its slope are SciPy's`(_ x: Double, _ value: Double, _ slope: Double)
{
  #expect(abs(Elementary.logGamma(x) - value) <= 1e-14 * max(1, abs(value)))
  #expect(abs(Elementary.digamma(x) - slope) <= 2e-15 * max(1, abs(slope)))
}

@Test func `The gamma function has no logarithm at zero and below`() {
  #expect(Elementary.logGamma(0).isNaN)
  #expect(Elementary.digamma(-1.5).isNaN)
  #expect(Elementary.logGamma(.nan).isNaN)
  #expect(Elementary.logGamma(.infinity) == .infinity)
}
