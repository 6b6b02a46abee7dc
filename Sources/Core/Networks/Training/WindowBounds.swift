internal import Artifacts
package import GaussianProcesses
internal import Tensors

/// Where kernel regression believes the labels of each training window to lie, and how far to punish a network that
/// leaves.
///
/// Kowalczyk, Wachel, «Kernel-supported neural networks»: the squared error, and `gamma` times the mean distance
/// outside of the bounds. The reference sums distances, which makes gamma depend on the batch.
package struct BoundedTraining: Sendable, Equatable {
  package var gamma: Float
  package var kernel: RegressionKernel
  package var bandwidth: Double
  package var bounds: KernelRegression.BoundSettings
  /// The newest training windows that the regression remembers.
  package var rows: Int
  /// How often first parameters may be drawn again while more than `tolerance` of forecasts lie outside.
  package var redraws: Int
  package var tolerance: Double

  package init(
    gamma: Float, kernel: RegressionKernel, bandwidth: Double, bounds: KernelRegression.BoundSettings,
    rows: Int, redraws: Int, tolerance: Double
  ) {
    self.gamma = gamma
    self.kernel = kernel
    self.bandwidth = bandwidth
    self.bounds = bounds
    self.rows = rows
    self.redraws = redraws
    self.tolerance = tolerance
  }
}

/// Lower and upper bounds of the labels of all training windows, made once before training.
///
/// A class, because lanes on several threads share it; nothing changes after `init`.
final class WindowBounds: Sendable {
  /// Numbers of one window: H K pairs.
  let width: Int
  /// The place of each row's window among the bounds; -1 where it is none's origin.
  private let places: [Int32]
  private let values: [Float]

  /// Memory that bounds may take.
  private static let memoryLimit = 1 << 30

  init(_ settings: BoundedTraining, of table: WindowTable, threads: Int) throws(NetworkError) {
    let origins = Array(table.origins[.train] ?? [])
    let width = 2 * table.signature.horizon * table.signature.targets.count
    guard origins.count * width * 4 <= Self.memoryLimit else {
      throw .data(
        """
        bounds of \(origins.count) training windows of \(width / 2) labels need \(origins.count * width * 4 >> 20) MiB, \
        more than the \(Self.memoryLimit >> 20) MiB allowed; shorten the horizon, or train on fewer windows
        """)
    }
    let model: KernelRegression
    do throws(GaussianProcessError) {
      model = try KernelRegression.remembering(
        settings.rows, kernel: settings.kernel, bandwidth: settings.bandwidth, subtractsLast: true,
        bounds: settings.bounds, of: table)
    } catch {
      guard error.exitStatus == .usage else {
        throw .data("bounds for training.loss: \(error)", path: "training.loss")
      }
      throw .setting(path: "training", name: "loss", problem: "asks for bounds: \(error)")
    }
    var places = [Int32](repeating: -1, count: (origins.max() ?? -1) + 1)
    for (place, origin) in origins.enumerated() { places[origin] = Int32(place) }
    var values: [Float] = []
    values.reserveCapacity(origins.count * width)
    let size = 128
    var most = 0
    Blocks.inOrder((origins.count + size - 1) / size, threads: threads) { block -> ([Float], Int) in
      let part = origins[(block * size)..<min((block + 1) * size, origins.count)]
      let made = model.outcome(from: part, in: table)
      return ((made.bounds ?? []).map { Float($0) }, made.neighbours.max() ?? 0)
    } take: { _, part in
      values.append(contentsOf: part.0)
      most = max(most, part.1)
    }
    // Each window is its own neighbour.
    guard most > 1 else {
      throw .data(
        """
        bounds for training.loss: no training window has another within a bandwidth of \(settings.bandwidth): every \
        neighbourhood is empty; set a larger one (windows at random are about 1.4 apart)
        """, path: "training.loss")
    }
    self.width = width
    self.places = places
    self.values = values
  }

  /// Puts the bounds of some windows behind each other.
  func load(_ origins: UnsafeBufferPointer<Int32>, into target: UnsafeMutablePointer<Float>) {
    values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      for (window, origin) in origins.enumerated() {
        (target + window * width).update(from: start + Int(places[Int(origin)]) * width, count: width)
      }
    }
  }

  /// The share of forecasts of some training windows that lie outside.
  func shareOutside(_ forecast: Panel, from origins: ArraySlice<Int>) -> Double {
    var outside = 0
    for (window, origin) in origins.enumerated() {
      let first = Int(places[origin]) * width
      for index in 0..<width / 2 {
        let value = Float(forecast.values[window * width / 2 + index])
        if !(value >= values[first + 2 * index] && value <= values[first + 2 * index + 1]) { outside += 1 }
      }
    }
    return Double(outside) / Double(max(forecast.values.count, 1))
  }
}
