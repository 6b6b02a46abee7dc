/// The filters that `window: {smooth: …}` can name.
package enum FilterLibrary {
  package static let all: [any Filter.Type] = [
    LowPass.self, SavitzkyGolay.self, Wavelet.self, GaussianProcessSmoothing.self,
    GaussianProcessExtrapolation.self, Truncation.self, Downsampling.self,
  ]
}
