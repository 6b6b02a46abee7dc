import Artifacts
import Testing

@testable import Networks

private let unrolled: JSON = [
  [
    "normalize": [
      "by": "last",
      "blocks": [["autoregressive": ["residual": true, "cell": [["gru": ["width": 8]], "head"]]]],
    ]
  ]
]
private let deepAR: JSON = [["deepar": ["width": 8, "dropout": 0.1, "draws": 10]]]

private func training(
  _ curriculum: Curriculum?, epochs: Int = 3, loss: Loss = .meanSquaredError
) -> Training {
  SampleWindows.training(epochs: epochs, loss: loss, curriculum: curriculum)
}

@Test(arguments: [
  Loss.dilate(alpha: 0.5, gamma: 0.1), .timeCentred(level: 0.1), .shift(steps: 1, decay: 0.5),
  .autocorrelation(weight: 0.5, lags: nil),
])
func `A loss of courses begins with as many steps as it needs`(_ loss: Loss) throws {
  let table = SampleWindows.table(horizon: 5)
  func trained(first: Int) throws -> TrainedNetwork {
    let curriculum = Curriculum(lengths: .step(epochs: 1, factor: 2), firstLength: first)
    return try Trainer(
      unrolled, training: training(curriculum, epochs: 3, loss: loss), table: table, threads: 1
    ).run()
  }
  do {
    _ = try trained(first: 1)
    Issue.record("a course of one step was taken")
  } catch let error as NetworkError {
    #expect(error.description.contains("training: 'length' begins with 1 of 5 steps"), "\(error)")
    #expect(error.description.contains("set a greater 'first'"))
  }
  #expect(try trained(first: 2).history.count == 3)
}

@Test func `Lags that follow the horizon are those of the whole horizon at every length`() throws {
  let loss = Loss.autocorrelation(weight: 1, lags: nil)
  let resolved = try loss.resolved(on: SampleWindows.table(horizon: 9))
  #expect(resolved == .autocorrelation(weight: 1, lags: 4))
  #expect(resolved.ofLength(9) == resolved && resolved.ofLength(6) == resolved)
  #expect(resolved.ofLength(3) == .autocorrelation(weight: 1, lags: 2))
}

@Test func `A curriculum counts the epochs in which a cycle of the rate has not ended`() throws {
  let curriculum = Curriculum(lengths: .plateau(.init(patience: 1, threshold: 0.99), factor: 2, most: nil))
  let training = SampleWindows.training(
    epochs: 6, rate: 0.001, schedule: .cyclic(epochs: 3), curriculum: curriculum)
  let trained = try Trainer(
    unrolled, training: training, table: SampleWindows.table(horizon: 8), threads: 1
  ).run()
  let lengths = trained.history.map { $0.row[$0.row.count - 2] }
  #expect(lengths == [1, 1, 2, 4, 8, 8])
}

@Test func `Teacher forcing may be asked of a horizon of one, at which nothing is fed back`() throws {
  let curriculum = Curriculum(forcing: .constant(probability: 1))
  let trained = try Trainer(
    unrolled, training: training(curriculum, epochs: 1), table: SampleWindows.table(horizon: 1), threads: 1
  ).run()
  #expect(trained.history.count == 1)
}

@Test func `Passes with dropout are refused where only training drops something`() {
  var passes = training(nil, loss: .gaussian)
  passes.draws = ForecastDraws(passes: 5)
  do {
    _ = try Trainer(deepAR, training: passes, table: SampleWindows.table(), threads: 1)
    Issue.record("passes that are all the same were taken for evidence")
  } catch {
    #expect(error.description.contains("raise its 'draws' instead"), "\(error)")
  }
}
