private import Synchronization

/// How many processes were fitted to windows, and how many of their kernel matrices needed a jitter.
///
/// A class, because forecasts on several threads add to it; sums and the greatest do not depend on their order.
package final class JitterCount: Sendable {
  package struct Total: Sendable, Equatable {
    package var fits = 0
    /// Those that needed more on the diagonal than the noise.
    package var mended = 0
    /// The greatest that was added, in variances of the standardised window.
    package var greatest = 0.0
  }

  private let sum = Mutex(Total())

  package var total: Total { sum.withLock { $0 } }

  func add(_ part: Total) {
    sum.withLock { sum in
      sum.fits += part.fits
      sum.mended += part.mended
      sum.greatest = max(sum.greatest, part.greatest)
    }
  }
}
