private import Numerics
private import Tensors

/// Which steps of which samples get what came before them instead of their own forecast.
///
/// Drawn for each sample and step with the probability of the moment, and a function of seed, optimiser step and the
/// place of a sample in its whole batch. Outside training none is. Williams, Zipser, «A learning algorithm for
/// continually running fully recurrent neural networks», Neural Computation 1(2), 1989; Bengio et al., «Scheduled
/// sampling», https://arxiv.org/abs/1506.03099.
struct ForcedSteps {
  private let bits: RandomBits
  private let threshold: UInt32
  private let firstSample: Int

  private static let purpose = RandomPurpose("teacher forcing")

  init(_ moment: Moment) {
    let probability = moment.isTraining ? Double(min(max(moment.teacherForcing, 0), 1)) : 0
    threshold = UInt32(probability * 0x1p24)
    firstSample = moment.firstSample
    bits = RandomBits(RandomStream(seed: moment.seed, purpose: Self.purpose), step: moment.step)
  }

  /// Whether the step behind `step` of a sample of this pass gets what came.
  @inline(__always)
  func contains(sample: Int, step: Int) -> Bool {
    guard threshold > 0 else { return false }
    return bits.bits(at: (firstSample + sample) << 14 + step)[0] >> 8 < threshold
  }
}
