/// Drops the small details of a window: its wavelet coefficients move towards zero by a threshold, and stop there.
///
/// The wavelet is Daubechies' fourth over values that repeat periodically. The threshold is `threshold` of the largest
/// absolute value of the window, the same for the details of every level; the averages stay. Soft thresholds: Donoho,
/// «De-noising by soft-thresholding», 1995. A window so short that no level is useful, below 14 values, stays as it is.
package struct Wavelet: Filter {
  package static let name = "wavelet"

  package let threshold: Double
  /// Nil for as many as are useful; more than those are never made.
  package let levels: Int?

  package init(_ settings: PartSettings) throws(FeatureError) {
    threshold = try settings.number("threshold")
    levels = settings.has("levels") ? try settings.count("levels", in: 1...62) : nil
  }

  package func apply(_ values: inout [Double], _ extent: inout FilterExtent) {
    let useful = Daubechies4.levels(of: values.count)
    let limit = threshold * values.reduce(0) { max($0, abs($1)) }
    values = Self.shrunk(values, levels: min(levels ?? useful, useful), limit)
  }

  private static func shrunk(_ values: [Double], levels: Int, _ limit: Double) -> [Double] {
    guard levels > 0 else { return values }
    let (averages, details) = Daubechies4.split(values)
    let kept = details.map { $0 > limit ? $0 - limit : $0 < -limit ? $0 + limit : 0 }
    return Daubechies4.join(shrunk(averages, levels: levels - 1, limit), kept, count: values.count)
  }
}
