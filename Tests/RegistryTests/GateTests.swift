import Registry
import Testing

private let metrics = [
  "test/mse": 2.0, "test/mse/repeat": 4.0, "test/mse/drift": 2.0, "test/coverage/80": 0.81,
]

@Test(arguments: [
  (Gate.Condition.betterThan(baseline: "repeat"), true), (.betterThan(baseline: "drift"), false),
  (.atMost(2), true),
  (.atMost(1.9), false), (.atLeast(2), true), (.atLeast(2.1), false),
])
func `A gate is met or not by its figures`(condition: Gate.Condition, isMet: Bool) throws {
  let finding = try Gate(metric: "test/mse", condition: condition).finding(in: metrics)
  #expect(finding.isMet == isMet && finding.value == 2)
}

@Test func `A refusal says by how much`() throws {
  let better = try Gate(metric: "test/mse", condition: .betterThan(baseline: "repeat")).finding(in: metrics)
  #expect(better.description == "test/mse 2.0000 is below repeat's 4.0000, and is 50.0 % less")
  let worse = try Gate(metric: "test/mse", condition: .betterThan(baseline: "repeat")).finding(in: [
    "test/mse": 4.1, "test/mse/repeat": 4,
  ])
  #expect(worse.description == "test/mse 4.1000 should be below repeat's 4.0000, and is 2.5 % more")
  let same = try Gate(metric: "test/mse", condition: .betterThan(baseline: "drift")).finding(in: metrics)
  #expect(same.description == "test/mse 2.0000 should be below drift's, and is the same")
}

@Test func `Classes, which have nothing to repeat, are held against how often each is`() throws {
  let classes = ["test/mse": 0.24, "test/mse/mean": 0.25]
  let finding = try Gate(metric: "test/mse", condition: .betterThan(baseline: "repeat")).finding(in: classes)
  #expect(finding.isMet && finding.bound == 0.25 && finding.description.contains("below mean's 0.25"))
}

@Test func `A classifier may be right more often instead, but not as often`() throws {
  let gate = Gate(metric: "test/mse", condition: .betterThan(baseline: "repeat"))
  func finding(_ accuracy: Double) throws -> Gate.Finding {
    try gate.finding(in: [
      "test/mse": 0.4, "test/mse/mean": 0.25, "test/accuracy": accuracy, "test/accuracy/majority": 0.5,
    ])
  }
  #expect(try finding(0.6).isMet)
  #expect(try finding(0.6).description == "test/accuracy 0.60000 is above the most frequent class's 0.50000")
  #expect(try !finding(0.5).isMet && finding(0.5).description.contains("should be below mean's"))
  // Quantities have a value to repeat, and no other way.
  let quantity = try gate.finding(in: [
    "test/mse": 5, "test/mse/repeat": 4, "test/accuracy": 1, "test/accuracy/majority": 0.5,
  ])
  #expect(!quantity.isMet)
}

@Test func `A metric that is not there is refused with those that are`() {
  let error = #expect(throws: RegistryError.self) {
    try Gate(metric: "test/mae", condition: .atMost(1)).finding(in: metrics)
  }
  #expect(
    error?.description.contains(
      "asks for the metric 'test/mae', and the model has test/coverage/80, test/mse") == true)
}

@Test func `Only errors can be better than a baseline`() {
  #expect(throws: RegistryError.noComparison(metric: "test/coverage/80")) {
    try Gate(metric: "test/coverage/80", condition: .betterThan(baseline: "repeat")).finding(in: metrics)
  }
}
