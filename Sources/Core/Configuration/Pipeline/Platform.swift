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

  /// What a step's key counts: the family of matrix kernels, and the environment variables that it declares.
  package static func facts(for step: PipelineFile.Step) -> [String: String] {
    let kernels = step.stage.usesKernels ? ["kernels": kernelFamily] : [:]
    return kernels.merging(StepEnvironment.facts(for: step)) { $1 }
  }
}

extension StepKey {
  /// The family of matrix kernels that the key declares; empty for a stage that multiplies none.
  package var kernelFamily: String { platform["kernels"] ?? "" }
}
