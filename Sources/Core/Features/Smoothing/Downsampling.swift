/// One value for every `step`: their mean, or the newest of them.
///
/// Counted from the newest value, which a forecast needs most: the oldest group may be a smaller one. There come out
/// ⌈n / step⌉ values; a group that holds a value of the window counts as the window's, not as put before or behind it.
package struct Downsampling: Filter {
  package enum Mode: String, Sendable {
    case mean, pick
  }

  package static let name = "downsample"

  package let step: Int
  package let mode: Mode

  package init(_ settings: PartSettings) throws(FeatureError) {
    step = try settings.count("step", in: 1...1_000_000)
    mode = try settings.choice("mode")
  }

  package var share: Int { step }

  package func apply(_ values: inout [Double], _ extent: inout FilterExtent) {
    let groups = stride(from: values.count, to: 0, by: -step).reversed().map { max($0 - step, 0)..<$0 }
    extent.before = groups.count { $0.upperBound <= extent.before }
    extent.behind /= step
    values = groups.map { group in
      mode == .pick
        ? values[group.upperBound - 1] : values[group].reduce(0, +) / Double(group.count)
    }
  }
}
