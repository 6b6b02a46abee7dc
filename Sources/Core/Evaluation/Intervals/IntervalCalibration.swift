private import Numerics
package import Tensors

/// Gathers the errors on validation windows and makes their quantiles.
package struct IntervalCalibration: Sendable {
  /// With fewer windows than this an entity's own quantiles mean nothing, and those of all together are taken.
  package static let leastWindows = 20

  private let coverages: [Double]
  private let steps: Int
  private let columns: Int
  private let isRelative: Bool
  /// For each entity its errors, [n, H, K] in single precision.
  private var errors: [[Float]]

  package init(coverages: [Double], entities: Int, steps: Int, columns: Int, isRelative: Bool) {
    self.coverages = coverages
    self.steps = steps
    self.columns = columns
    self.isRelative = isRelative
    errors = [[Float]](repeating: [], count: entities)
  }

  /// Adds windows whose entities are `entities`, [B]; both panels in original units.
  package mutating func add(_ forecast: Panel, against actual: Panel, entities: [Int]) {
    let width = steps * columns
    for (window, entity) in entities.enumerated() {
      for index in (window * width)..<((window + 1) * width) {
        errors[entity].append(Float(error(forecast.values[index], actual.values[index])))
      }
    }
  }

  private func error(_ forecast: Double, _ actual: Double) -> Double {
    isRelative ? Elementary.log(actual / forecast) : actual - forecast
  }

  /// The quantiles, and the numbers of the entities that had too few windows of their own.
  package func offsets() -> (offsets: IntervalOffsets, pooled: [Int]) {
    let width = steps * columns
    let probabilities = IntervalOffsets.probabilities(of: coverages)
    let few = errors.indices.filter { errors[$0].count < Self.leastWindows * width }
    let pool = few.isEmpty ? [] : errors.flatMap { $0 }
    var offsets: [Double] = []
    offsets.reserveCapacity(errors.count * width * probabilities.count)
    for entity in errors.indices {
      let own = few.contains(entity) ? pool : errors[entity]
      for element in 0..<width {
        let sorted = stride(from: element, to: own.count, by: width).map { own[$0] }.sorted()
        offsets += probabilities.map { Self.quantile(sorted, $0) }
      }
    }
    let result = IntervalOffsets(
      probabilities: probabilities, offsets: offsets, entities: errors.count, steps: steps, columns: columns,
      isRelative: isRelative)
    return (result, few)
  }

  /// The conformal quantile of n sorted errors: the ⌊(n + 1) p⌋-th below the median, the ⌈(n + 1) p⌉-th above it,
  /// which leaves at least the promised share outside neither end.
  private static func quantile(_ sorted: [Float], _ probability: Double) -> Double {
    let rank = Double(sorted.count + 1) * probability
    let dust = 1e-9 * rank
    let position = Int(probability < 0.5 ? (rank + dust).rounded(.down) : (rank - dust).rounded(.up))
    return Double(sorted[min(max(position, 1), sorted.count) - 1])
  }
}
