package import Artifacts

extension FoldRescaling {
  /// The change of one feature of an entity, in single precision, as windows are read.
  ///
  /// Whatever reads windows goes through it, so that all agree to the bit.
  package struct Change: Sendable {
    private let factor: Float
    private let offset: Float

    fileprivate init(_ factor: Double, _ offset: Double) {
      (self.factor, self.offset) = (Float(factor), Float(offset))
    }

    /// From the stored units to those of the fold.
    @inline(__always)
    package func callAsFunction(_ value: Float) -> Float { value * factor + offset }
  }

  /// `features` is F.
  package func change(ofFeature feature: Int, entity: Int, features: Int) -> Change {
    let place = entity * features + feature
    return Change(factors[place], offsets[place])
  }
}
