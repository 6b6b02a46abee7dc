import Artifacts
import Evaluation
import TestSupport
import Testing

private let reference = ReferenceValues.file("evaluation")["binary"]

@Test func `Measures of two classes are scikit-learn's`() throws {
  let entry = try #require(reference)
  let judged = BinaryClassification(
    probabilities: try entry.numbers("scores"), labels: try entry.truths("labels"))
  let found = judged.metrics(prior: entry["prior"]?.number)
  for (name, value) in found where name != "calibration_error" {
    let wanted = try #require(entry[name]?.number, Comment(rawValue: name))
    let value = try #require(value, Comment(rawValue: name))
    #expect(abs(value - wanted) <= 1e-9, Comment(rawValue: name))
  }
  #expect(found.count == 14)

  let bins = judged.reliability.bins.filter { $0.count > 0 }
  for (found, name) in [
    (bins.map(\.frequency), "frequencies"), (bins.map(\.meanProbability), "probabilities"),
  ] {
    let wanted = try entry.numbers(name)
    #expect(found.count == wanted.count && zip(found, wanted).allSatisfy { abs($0 - $1) <= 1e-9 })
  }
}

@Test func `With a single class what needs both is not said`() {
  let judged = BinaryClassification(probabilities: [0.2, 0.7], labels: [false, false])
  let values = Dictionary(uniqueKeysWithValues: judged.metrics(prior: 0.5).map { ($0.name, $0.value) })
  #expect(values["auc"] == .some(nil) && values["auc_precision_recall"] == .some(nil))
  #expect(values["recall"] == .some(nil) && values["mcc"] == .some(nil))
  #expect(values["accuracy"] == 0.5 && values["accuracy_baseline"] == 1)
}

@Test func `One sure and wrong forecast does not make the log-loss infinite`() {
  let loss = BinaryClassification.logLoss(0, true)
  #expect(loss.isFinite && loss > 36)
}

@Test func `Scores of random order rank half of the pairs`() {
  let equal = RankedScores(scores: [0.5, 0.5, 0.5, 0.5], labels: [true, false, true, false])
  #expect(equal.areaUnderCurve == 0.5 && equal.averagePrecision == 0.5)
  #expect(equal.curve.count == 2)
  let best = RankedScores(scores: [0.9, 0.1, 0.8, 0.2], labels: [true, false, true, false])
  #expect(best.areaUnderCurve == 1 && best.averagePrecision == 1)
}
