/// y = x kept between two bounds that are given; without one of them, that side is open.
package struct Clip: OneWayTransform {
  package static let name = "clip"

  package let low: Double
  package let high: Double

  package init(_ settings: PartSettings) throws(FeatureError) {
    guard settings.has("low") || settings.has("high") else {
      throw .unsuitableSetting(part: Self.name, setting: "low", problem: "give it, or 'high', or both")
    }
    low = settings.has("low") ? try settings.number("low") : -.infinity
    high = settings.has("high") ? try settings.number("high") : .infinity
    guard low < high else {
      throw .unsuitableSetting(
        part: Self.name, setting: "low", problem: "\(low) must be below 'high', \(high)")
    }
  }

  package var unit: String { "clipped" }

  package func transformed(_ value: Double, _ state: State) -> Double { min(max(value, low), high) }
}
