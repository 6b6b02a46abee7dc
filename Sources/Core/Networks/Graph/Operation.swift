package import Tensors

/// One step of a recorded graph: coarse, with fixed shapes, and both directions.
///
/// An operation is a value that knows its sizes; ``Graph`` checks shapes before one is made. Loops over elements live
/// here and in Tensors. The reference twin is the same formula in doubles, as plain as can be: tests hold forward
/// against it and backward against its finite differences.
package protocol Operation: Sendable {
  /// What messages call it.
  var name: String { get }
  var output: Shape { get }
  /// Multiplications and additions of a forward pass, roughly.
  var work: Int { get }
  /// Floats that forward leaves for backward.
  var savedCount: Int { get }
  /// Floats that either direction may scribble on.
  var scratchCount: Int { get }
  /// What backward looks at besides gradients and what was saved; other memory is given away before.
  var backwardReads: BackwardReads { get }
  /// Whether it draws random numbers.
  var isRandom: Bool { get }

  func forward(_ frame: Frame)
  /// Gives each wanted input its gradient; the gradient of the output may be overwritten on the way.
  func backward(_ frame: Frame)
  /// The output for these inputs, in doubles, without what is drawn at random.
  func reference(_ inputs: [[Double]]) -> [Double]
}

package struct BackwardReads: OptionSet, Sendable {
  package let rawValue: Int
  package init(rawValue: Int) { self.rawValue = rawValue }
  package static let inputs = BackwardReads(rawValue: 1)
  package static let output = BackwardReads(rawValue: 2)
}

extension Operation {
  package var work: Int { output.count }
  package var savedCount: Int { 0 }
  package var scratchCount: Int { 0 }
  package var backwardReads: BackwardReads { .inputs }
  package var isRandom: Bool { false }
}

/// When an operation runs: in which step of training, on which samples.
package struct Moment: Sendable {
  package var isTraining = false
  /// Whether dropout stays on without training, for draws of a forecast.
  package var isSampling = false
  /// Optimiser steps done before this one.
  package var step = 0
  /// The place of the first sample in its batch.
  package var firstSample = 0
  /// Whether gradients of parameters are added to those of earlier samples of the same batch.
  package var addsToParameters = false
  /// Every random number depends on it.
  package var seed: UInt64 = 0
  /// How likely a step of an unrolled network gets what came, and not what it forecast; only in training.
  package var teacherForcing: Float = 0

  package init() {}

  /// Whether elements are dropped at random.
  var drops: Bool { isTraining || isSampling }
}

/// Where an operation finds its operands: fixed when the plan is made, so that a step looks nothing up.
package struct Frame {
  package typealias Values = UnsafeMutablePointer<Float>

  let inputs: UnsafeMutablePointer<Values>
  let gradients: UnsafeMutablePointer<Values?>
  let additions: UnsafeMutablePointer<Addition>
  let now: UnsafeMutablePointer<Moment>
  /// The result, or where it goes.
  package let output: Values
  /// The loss differentiated by the output.
  package let outputGradient: Values
  package let saved: Values
  package let scratch: Values
  /// Tells the random numbers of this operation from those of others.
  package let number: Int

  enum Addition: UInt8 {
    /// The first to give this gradient.
    case never
    /// Others gave a part before.
    case always
    /// A parameter: the first samples of a batch set it, the others add.
    case afterFirstSamples
  }

  package var moment: Moment { now.pointee }

  @inline(__always)
  package func input(_ index: Int) -> UnsafePointer<Float> { UnsafePointer(inputs[index]) }

  /// Where the gradient of an input goes; nil when nobody wants it.
  @inline(__always)
  package func gradient(_ index: Int) -> Values? { gradients[index] }

  /// Whether the gradient of an input is added to what is there.
  @inline(__always)
  package func adds(_ index: Int) -> Bool {
    switch additions[index] {
    case .never: false
    case .always: true
    case .afterFirstSamples: now.pointee.addsToParameters
    }
  }
}
