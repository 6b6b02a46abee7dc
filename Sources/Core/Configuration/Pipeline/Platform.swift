package import Artifacts
private import Glibc

/// Facts of the platform that change bytes and are therefore declared, counted in the step key, and checked.
package enum Platform {
  /// The environment variable by which OpenBLAS chooses its kernels; it is read when the library loads.
  package static let kernelVariable = "OPENBLAS_CORETYPE"

  /// The family of matrix kernels: what the environment asks for, or one that every machine of the
  /// architecture has.
  ///
  /// Left to itself OpenBLAS takes the newest the processor offers, and two machines differ.
  package static var kernelFamily: String {
    if let value = getenv(kernelVariable), value.pointee != 0 { return String(cString: value) }
    #if arch(arm64)
      return "ARMV8"
    #else
      return "Haswell"
    #endif
  }

  /// What a stage's step key counts.
  package static func facts(for stage: Stage) -> [String: String] {
    stage.usesKernels ? ["kernels": kernelFamily] : [:]
  }
}

extension StepKey {
  /// The family of matrix kernels that the key declares; empty for a stage that multiplies none.
  package var kernelFamily: String { platform["kernels"] ?? "" }
}
