private import GaussianProcesses

/// Puts values before and behind a window, as a Gaussian process fitted to it expects them; the window's own stay as
/// they are.
///
/// It gives a filter that follows something to lean on at the ends; ``Truncation`` takes it away again. The process is
/// that of ``GaussianProcessSmoothing``. A constant window is continued by its value.
package struct GaussianProcessExtrapolation: Filter {
  package static let name = "gp-extrapolate"

  package let kernel: MaternKernel
  package let steps: Int
  package let rate: Double
  /// How many values are put at either end, as a share of the window's.
  package let share: Double

  package init(_ settings: PartSettings) throws(FeatureError) {
    kernel = try settings.choice("nu")
    steps = try settings.count("steps", in: 0...1_000_000)
    rate = try settings.number("rate")
    share = try settings.number("share")
  }

  package var longest: Int { 512 }

  package func apply(_ values: inout [Double], _ extent: inout FilterExtent) {
    precondition(values.count <= longest, "\(values.count) values are too many for an exact Gaussian process")
    let added = Int(share * Double(values.count))
    guard added > 0 else { return }
    let (before, behind) = continuations(of: values, by: added)
    values = before + values + behind
    extent.before += added
    extent.behind += added
  }

  private func continuations(of values: [Double], by added: Int) -> (before: [Double], behind: [Double]) {
    guard let window = StandardWindow(values) else { return Self.constant(values, added) }
    let process = kernel.process(over: values.count, reach: added)
    guard let parameters = process.fitted(window.values, steps: steps, rate: rate),
      let before = process.continued(window.values.reversed(), by: added, at: parameters),
      let behind = process.continued(window.values, by: added, at: parameters)
    else { return Self.constant(values, added) }
    return (window.restored(before.mean.reversed()), window.restored(behind.mean))
  }

  private static func constant(_ values: [Double], _ added: Int) -> (before: [Double], behind: [Double]) {
    (
      [Double](repeating: values[0], count: added),
      [Double](repeating: values[values.count - 1], count: added)
    )
  }
}
