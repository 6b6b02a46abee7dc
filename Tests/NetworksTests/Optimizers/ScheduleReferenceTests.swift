import Artifacts
import Testing

@testable import Networks

/// Rates of one schedule for a base rate of 1: see scripts/reference/optimizers.py.
private struct ReferenceSchedule: Sendable, CustomTestStringConvertible {
  let name: String
  let settings: JSON
  let losses: [Double]
  let rates: [Double]

  var testDescription: String { "\(name) \(settings.inline)" }

  static let all = ReferenceValues.entries("schedules", of: "optimizers").map(ReferenceSchedule.init)

  init(_ json: JSON) {
    name = json["schedule"]?.string ?? ""
    settings = json["settings"] ?? .null
    losses = json["losses"]?.numbers ?? []
    rates = json["rates"]?.numbers ?? []
  }

  func integer(_ name: String) -> Int { settings[name]?.integer ?? 0 }
  func number(_ name: String) -> Double { settings[name]?.number ?? 0 }

  /// Whether our schedules can say it: they warm up from zero, and any improvement ends a plateau.
  var isOurs: Bool {
    number("start") == 0 && number("threshold") == 0 && number("floor") == 0 && integer("cooldown") == 0
  }
}

@Test(arguments: ReferenceSchedule.all.filter { $0.isOurs && $0.losses.isEmpty })
private func `A schedule's rates are PyTorch's`(_ reference: ReferenceSchedule) throws {
  // Steps an epoch, so that what the file counts in steps is whole epochs.
  let (shape, stepsPerEpoch, epochs): (Schedule.Shape, Int, Int) =
    switch reference.name {
    case "linear": (.linear, 10, reference.integer("steps") / 10)
    case "cosine": (.cosine(warmupEpochs: 1), 5, reference.integer("steps") / 5)
    case "step":
      (.step(factor: reference.number("factor"), epochs: reference.integer("every") / 5), 5, 100)
    default: (.constant, 0, 0)
    }
  if reference.name == "cosine" { try #require(reference.integer("warmup") == 5) }
  let schedule = Schedule(shape, peak: 1)
  // A training's last step is the one before its end.
  for (step, expected) in reference.rates.enumerated() where step < stepsPerEpoch * epochs {
    let rate = schedule.rate(step: step, stepsPerEpoch: stepsPerEpoch, epochs: epochs, reductions: 0)
    #expect(abs(rate - expected) < 1e-7, "step \(step)")
  }
}

@Test(arguments: ReferenceSchedule.all.filter { $0.isOurs && $0.name == "plateau" })
private func `A plateau lowers the rate when PyTorch does`(_ reference: ReferenceSchedule) throws {
  try #require(reference.losses.count == reference.rates.count && !reference.rates.isEmpty)
  let schedule = Schedule(
    .plateau(factor: reference.number("factor"), patience: reference.integer("patience")), peak: 1)
  let training = Training(
    loss: .meanSquaredError, optimizer: Optimizer(.descent(momentum: 0)), schedule: schedule, batch: 1,
    epochs: reference.losses.count)
  var state = TrainingState()
  for (epoch, loss) in reference.losses.enumerated() {
    let record = EpochRecord(
      epoch: epoch + 1, rate: 1, trainLoss: loss, train: PointErrors(), validationLoss: loss,
      validation: PointErrors())
    state.finishEpoch(record, training) { [] }
    let rate = schedule.rate(
      step: epoch + 1, stepsPerEpoch: 1, epochs: reference.losses.count, reductions: state.reductions)
    #expect(abs(rate - reference.rates[epoch]) < 1e-7, "after epoch \(epoch + 1)")
  }
}
