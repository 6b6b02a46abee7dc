/// Daubechies' wavelet with four vanishing moments over values that repeat periodically.
///
/// An odd number of values is made even by repeating the last, as PyWavelets' mode `periodization` does.
///
/// Source: Daubechies, «Ten lectures on wavelets», 1992, table 6.1.
enum Daubechies4 {
  /// The scaling filter, eight taps.
  static let taps: [Double] = [
    0.230377813308896500862, 0.714846570552915647090, 0.630880767929858907880, -0.027983769416859854211,
    -0.187034811719093083850, 0.030841381835560763627, 0.032883011666885199354, -0.010597401785069032107,
  ]

  /// The most levels at which a value still depends on more than the padding: ⌊log₂(n / 7)⌋.
  static func levels(of count: Int) -> Int {
    var (levels, rest) = (0, count / (taps.count - 1))
    while rest > 1 { (levels, rest) = (levels + 1, rest / 2) }
    return levels
  }

  /// Half as many averages and details as there are values.
  static func split(_ values: [Double]) -> (averages: [Double], details: [Double]) {
    let count = values.count + values.count % 2
    let (first, last) = (offset, values.count - 1)
    var averages = [Double](repeating: 0, count: count / 2)
    var details = averages
    for place in averages.indices {
      for tap in taps.indices {
        let value = values[min(wrapped(2 * place + tap - first, count), last)]
        averages[place] += taps[tap] * value
        details[place] += mirrored(tap) * value
      }
    }
    return (averages, details)
  }

  /// Undoes ``split(_:)``: gives the first `count` values.
  static func join(_ averages: [Double], _ details: [Double], count: Int) -> [Double] {
    let even = 2 * averages.count
    var values = [Double](repeating: 0, count: even)
    for place in averages.indices {
      for tap in taps.indices {
        values[wrapped(2 * place + tap - offset, even)] +=
          taps[tap] * averages[place] + mirrored(tap) * details[place]
      }
    }
    return Array(values[..<count])
  }

  /// How far the first tap stands before the values that it halves.
  private static let offset = 3

  /// The wavelet filter: the scaling filter backwards with every other sign turned.
  private static func mirrored(_ tap: Int) -> Double {
    tap % 2 == 0 ? -taps[taps.count - 1 - tap] : taps[taps.count - 1 - tap]
  }

  private static func wrapped(_ place: Int, _ count: Int) -> Int {
    let rest = place % count
    return rest < 0 ? rest + count : rest
  }
}
