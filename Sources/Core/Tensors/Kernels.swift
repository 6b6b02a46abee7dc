private import COpenBLAS

/// The matrix kernels that OpenBLAS chose when it was loaded.
package enum Kernels {
  /// The family in use, as OpenBLAS names it: `Haswell`, `SkylakeX`, `ARMV8` …
  package static var family: String { String(cString: openblas_get_corename()) }

  /// Turns OpenBLAS's own threads off: they cut products differently for each count, which changes the bytes.
  /// Everything here runs in parallel above the products, in a fixed cut.
  package static func useOneThread() { openblas_set_num_threads(1) }
}
