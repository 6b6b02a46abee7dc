package import Artifacts
private import COpenBLAS

/// The matrix kernels that OpenBLAS chose when it was loaded.
package enum Kernels {
  /// What is wrong with the kernels.
  package enum Problem: Failure, Equatable {
    case otherFamily(declared: String, found: String)

    package var exitStatus: ExitStatus { .inputOutput }

    package var description: String {
      switch self {
      case .otherFamily(let declared, let found):
        """
        the step key declares matrix kernels of the family \(declared), and OpenBLAS chose \(found) on this \
        processor; set OPENBLAS_CORETYPE=\(found), which makes the results those of another platform
        """
      }
    }
  }

  /// The family in use, as OpenBLAS names it (`Haswell`, `SkylakeX`, `ARMV8`).
  package static var family: String { String(cString: openblas_get_corename()) }

  /// Demands the family that the step key declares, and turns OpenBLAS's own threads off.
  ///
  /// Its threads cut products differently for each count, which changes the bytes. Everything here runs in
  /// parallel above the products, in a fixed cut.
  package static func require(_ declared: String) throws(Problem) {
    guard family.lowercased() == declared.lowercased() else {
      throw .otherFamily(declared: declared, found: family)
    }
    openblas_set_num_threads(1)
  }
}
