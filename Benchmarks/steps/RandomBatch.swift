import Artifacts
import Networks
import Numerics

/// One batch of random numbers in ±0.5, as the peers have it; every step gathers it sample by sample.
///
/// A class, because lanes on several threads share it; nothing changes after `init`.
final class RandomBatch: BatchSource {
  private let features: [Float]
  private let targets: [Float]
  private let calendar: [Float]
  private let pastCalendar: [Float]
  private let order: [Int]
  private let entities: Int
  private let featuresPerSample: Int
  private let targetsPerSample: Int
  private let calendarPerSample: Int
  private let pastCalendarPerSample: Int

  init(of batch: Int, _ window: WindowShape) {
    featuresPerSample = window.lookback * window.features
    targetsPerSample = window.horizon * window.targets
    calendarPerSample = window.horizon * CalendarCode.width
    pastCalendarPerSample = window.lookback * CalendarCode.width
    features = Self.numbers(batch * featuresPerSample, purpose: "features")
    targets = Self.numbers(batch * targetsPerSample, purpose: "targets")
    calendar = Self.numbers(batch * calendarPerSample, purpose: "calendar")
    pastCalendar = Self.numbers(batch * pastCalendarPerSample, purpose: "past calendar")
    entities = window.entities
    let keys = Self.numbers(batch, purpose: "order")
    order = keys.indices.sorted { keys[$0] < keys[$1] }
  }

  private static func numbers(_ count: Int, purpose: String) -> [Float] {
    let stream = RandomStream(seed: 0, purpose: purpose)
    return (0..<count).map { Float(stream.uniform(at: $0, from: -0.5, to: 0.5)) }
  }

  func load(_ lane: Lane, from first: Int, count: Int) {
    gather(features, featuresPerSample, from: first, count: count, into: lane.input(.features))
    gather(targets, targetsPerSample, from: first, count: count, into: lane.input(.targets))
    gather(calendar, calendarPerSample, from: first, count: count, into: lane.input(.calendar))
    gather(pastCalendar, pastCalendarPerSample, from: first, count: count, into: lane.input(.pastCalendar))
    guard let codes = lane.input(.entities) else { return }
    for sample in 0..<count { codes[sample] = Float(order[first + sample] * 37 % entities) }
  }

  private func gather(
    _ table: [Float], _ width: Int, from first: Int, count: Int, into target: UnsafeMutablePointer<Float>?
  ) {
    guard let target else { return }
    table.withUnsafeBufferPointer { table in
      guard let start = table.baseAddress else { return }
      for sample in 0..<count {
        (target + sample * width).update(from: start + order[first + sample] * width, count: width)
      }
    }
  }

  func look(at lane: Lane, number: Int, from first: Int, count: Int) {}
}
