private import Tensors

/// Y = the target of a step where teaching forces it, and the forecast elsewhere: what the next step is given.
///
/// Forecast [S, K], targets [S, H, K]; ``ForcedSteps`` decides, sample by sample. Backward: Y' goes to whichever was
/// taken.
struct TeacherForcing: Operation {
  let samples: Int
  let steps: Int
  let columns: Int
  /// Whose forecast it is.
  let step: Int

  var name: String { "teacher forcing" }
  var output: Shape { [samples, columns] }
  var backwardReads: BackwardReads { [] }

  func forward(_ frame: Frame) {
    let forced = ForcedSteps(frame.moment)
    for sample in 0..<samples {
      let source =
        forced.contains(sample: sample, step: step)
        ? frame.input(1) + (sample * steps + step) * columns : frame.input(0) + sample * columns
      (frame.output + sample * columns).update(from: source, count: columns)
    }
  }

  func backward(_ frame: Frame) {
    let forced = ForcedSteps(frame.moment)
    if let targets = frame.gradient(1), !frame.adds(1) {
      Elements.fill(targets, count: samples * steps * columns, with: 0)
    }
    for sample in 0..<samples {
      let given = UnsafePointer(frame.outputGradient + sample * columns)
      let isForced = forced.contains(sample: sample, step: step)
      if let forecast = frame.gradient(0) {
        let target = forecast + sample * columns
        if !isForced {
          Elements.copy(given, into: target, count: columns, adding: frame.adds(0))
        } else if !frame.adds(0) {
          Elements.fill(target, count: columns, with: 0)
        }
      }
      if isForced, let targets = frame.gradient(1) {
        Elements.copy(given, into: targets + (sample * steps + step) * columns, count: columns, adding: true)
      }
    }
  }

  /// Without forcing: what a forecast does.
  func reference(_ inputs: [[Double]]) -> [Double] { inputs[0] }

  /// With what is forced said from outside.
  func reference(_ inputs: [[Double]], isForced: (_ sample: Int, _ step: Int) -> Bool) -> [Double] {
    var result: [Double] = []
    for sample in 0..<samples {
      let came = (sample * steps + step) * columns
      result +=
        isForced(sample, step)
        ? inputs[1][came..<(came + columns)] : inputs[0][(sample * columns)..<((sample + 1) * columns)]
    }
    return result
  }
}

extension Graph {
  /// What the step behind `step` is given: the forecast [S, K], or in training now and then what came, out of
  /// `teacher` [S, H, K].
  ///
  /// Without a teacher, the forecast.
  package mutating func fedBack(_ forecast: Node, teacher: Node?, step: Int) throws(NetworkError) -> Node {
    feedsBack = true
    guard let teacher else { return forecast }
    try require(
      teacher.shape.rank == 3 && forecast.shape == [teacher.shape[0], teacher.shape[2]]
        && step < teacher.shape[1],
      "a step's forecast of \(forecast.shape) is not one of \(teacher.shape)")
    try require(teacher.shape[1] < 1 << 14, "\(teacher.shape[1]) steps are too many to unroll")
    return record(
      TeacherForcing(
        samples: teacher.shape[0], steps: teacher.shape[1], columns: teacher.shape[2], step: step),
      [forecast, teacher])
  }
}
