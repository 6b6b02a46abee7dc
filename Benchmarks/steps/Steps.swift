import ArgumentParser
import Networks
import Tensors

extension BenchmarkModel: ExpressibleByArgument {}

/// Times full training steps of a model: batch, forward, backward, Adam.
@main
struct Steps: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steps",
    abstract: "Time training steps; print the line of JSON that Benchmarks/peers/training_steps.py prints.")

  @Argument(help: "The model.")
  var model: BenchmarkModel

  @Argument(help: "Threads that share a step.")
  var threads = 1

  @Argument(help: "How long to measure.")
  var seconds = 3.0

  @Option(help: "The rate of dropout, for patchtst.")
  var dropout = 0.0

  @Flag(help: "Print the number of parameters and the cut of a batch, and time nothing.")
  var describe = false

  func validate() throws {
    guard threads > 0 else { throw ValidationError("at least one thread is needed, not \(threads)") }
    guard (0..<1).contains(dropout) else { throw ValidationError("the rate of dropout is below 1") }
    guard dropout == 0 || model == .patchtst else { throw ValidationError("--dropout is for patchtst") }
  }

  func run() throws {
    let training = Training(
      loss: model.loss,
      optimizer: Optimizer(
        .adam(first: 0.9, second: 0.999, epsilon: 1e-8, keepsGreatest: false, decouplesDecay: false)),
      schedule: Schedule(.constant, peak: 0.001), batch: model.batch, epochs: 1)
    let (cut, plan) = try Trainer.plan(model.blocks(dropout: dropout), training, model.window)
    let count = plan.graph.parameterCount
    precondition(count == model.parameterCount, "\(model) has \(count) parameters")
    if describe {
      print(
        "\(model): \(count) parameters; \(cut.lanes) × \(cut.slicesPerLane) × \(cut.samplesPerSlice) samples")
      return
    }

    let step = TrainingStep(
      plan, cut: cut, optimizer: training.optimizer, clip: training.clip, seed: training.seed,
      team: Team(threads: min(threads, cut.lanes)), source: RandomBatch(of: model.batch, model.window))
    var number = 0
    var loss: Float = 0
    let watch = Stopwatch(seconds: seconds) {
      loss = step.run(
        step: number, rate: training.schedule.peak, teacherForcing: model.teacherForcing)
      number += 1
    }
    guard loss.isFinite else { throw NetworkError.data("the loss of step \(number) is not a finite number") }
    report(watch)
  }

  private func report(_ watch: Stopwatch) {
    func microseconds(_ seconds: Double) -> Double { (seconds * 1e7).rounded() / 10 }
    let rate = dropout > 0 ? ", \"dropout\": \(dropout)" : ""
    print(
      """
      {"framework": "candlewick", "model": "\(model)", "threads": \(threads), \
      "median_us": \(microseconds(watch.median)), "minimum_us": \(microseconds(watch.minimum))\(rate)}
      """)
  }
}
