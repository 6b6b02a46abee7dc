import Artifacts
import Evaluation
import TestSupport
import Testing

@Test func `Measures of several classes are scikit-learn's`() throws {
  let entry = try #require(ReferenceValues.file("evaluation")["classes"])
  var matrix = ConfusionMatrix(classes: 4)
  for (forecast, actual) in zip(
    try entry.integers("forecast"), try entry.integers("actual"))
  {
    matrix.add(forecast, against: actual)
  }
  for (found, name) in [
    (matrix.accuracy, "accuracy"), (matrix.macroF1, "macro_f1"), (matrix.matthewsCorrelation, "mcc"),
  ] {
    let wanted = try entry.number(name)
    let value = try #require(found)
    #expect(abs(value - wanted) <= 1e-12)
  }
}
