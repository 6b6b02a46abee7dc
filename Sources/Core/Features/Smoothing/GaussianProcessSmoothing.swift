private import GaussianProcesses

/// A window becomes what a Gaussian process fitted to it most likely is without its noise.
///
/// The window is standardized, the process (constant mean, scaled Matérn kernel) is fitted by Adam over the marginal
/// likelihood, and its posterior mean comes back in the window's units. Every value takes part: to leave out a random
/// tenth would make a window's smoothing depend on a draw, and gains nothing where the noise is fitted as well. A
/// constant window stays as it is.
package struct GaussianProcessSmoothing: Filter {
  package static let name = "gp-smooth"

  package let kernel: MaternKernel
  package let steps: Int
  package let rate: Double

  package init(_ settings: PartSettings) throws(FeatureError) {
    kernel = try settings.choice("nu")
    steps = try settings.count("steps", in: 0...1_000_000)
    rate = try settings.number("rate")
  }

  package var longest: Int { 512 }

  package func apply(_ values: inout [Double], _ extent: inout FilterExtent) {
    precondition(values.count <= longest, "\(values.count) values are too many for an exact Gaussian process")
    guard let window = StandardWindow(values) else { return }
    let process = kernel.process(over: values.count)
    guard let parameters = process.fitted(window.values, steps: steps, rate: rate),
      let smooth = process.smoothed(window.values, at: parameters)
    else { return }
    values = window.restored(smooth.mean)
  }
}
