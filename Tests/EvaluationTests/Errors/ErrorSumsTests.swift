import Evaluation
import Tensors
import Testing

private func panel(_ values: [Double]) -> Panel {
  Panel(windows: 1, steps: values.count, columns: 1, values: values)
}

@Test func `Errors are means over every element`() {
  let sums = ErrorSums(of: panel([1, 2, 3, 4]), against: panel([1, 4, 0, 4]))
  #expect(
    sums.meanSquare == 13.0 / 4 && sums.meanAbsolute == 5.0 / 4
      && sums.rootMeanSquare == (13.0 / 4).squareRoot())
}

@Test func `Sums of parts are the sums of the whole`() {
  var parts = ErrorSums(of: panel([1, 2]), against: panel([0, 0]))
  parts.add(ErrorSums(of: panel([3]), against: panel([0])))
  #expect(parts == ErrorSums(of: panel([1, 2, 3]), against: panel([0, 0, 0])))
}

@Test func `Skill is the share of the squared error that is gone`() {
  let model = ErrorSums(of: panel([1, 1]), against: panel([0, 0]))
  let baseline = ErrorSums(of: panel([2, 2]), against: panel([0, 0]))
  #expect(model.skill(against: baseline) == 0.75)
  #expect(baseline.skill(against: model) == -3)
  #expect(model.skill(against: ErrorSums(of: panel([0]), against: panel([0]))) == nil)
}
