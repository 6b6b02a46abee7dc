import Artifacts
import Chronology
import Features
import Numerics

/// Settings as `pipeline.yaml` gives them.
func labelSettings(_ part: String, _ json: [String: JSON]) -> PartSettings {
  PartSettings(part: part, json: .object(json), interval: .milliseconds(3_600_000))
}

/// What a label writes for a run of columns; rows that it does not write are `untouched`.
func labelValues(_ label: any Label, _ columns: [[Double]]) -> [[Double]] {
  let count = columns.first?.count ?? 0
  let time = UnsafeMutableBufferPointer<Int64>.allocate(capacity: count)
  time.initialize(repeating: 0)
  let inputs = columns.map { column in
    let buffer = UnsafeMutableBufferPointer<Double>.allocate(capacity: count)
    _ = buffer.initialize(from: column)
    return buffer
  }
  let outputs = label.outputs.map { _ in
    let buffer = UnsafeMutableBufferPointer<Double>.allocate(capacity: count)
    buffer.initialize(repeating: untouched)
    return buffer
  }
  defer {
    time.deallocate()
    (inputs + outputs).forEach { $0.deallocate() }
  }
  label.compute(
    Run(columns: inputs.map { UnsafeBufferPointer($0) }, time: UnsafeBufferPointer(time)), into: outputs)
  return outputs.map(Array.init)
}

let untouched = -777.0

/// A walk of prices whose steps are about 1 %.
func labelPrices(_ count: Int, lane: Int = 0) -> [Double] {
  let stream = RandomStream(seed: 11, purpose: "prices", lane: lane)
  var price = 100.0
  return (0..<count).map { row in
    price *= Elementary.exp(0.01 * stream.normal(at: row))
    return price
  }
}
