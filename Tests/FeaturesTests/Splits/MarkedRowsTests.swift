import Artifacts
import Features
import Numerics
import Testing

/// A bitmap with about one row in `one` set.
private func bitmap(_ rows: Int, oneIn one: Double, lane: Int) -> [Bool] {
  let stream = RandomStream(seed: 7, purpose: "marks", lane: lane)
  return (0..<rows).map { stream.uniform(at: $0) * one < 1 }
}

@Test(arguments: [1, 3], [(1, 1), (1, 4), (2, 3)])
func `No window has a marked row as a label, or ends where the future filled in`(
  stride: Int, labels: (start: Int, span: Int)
) throws {
  for lane in 0..<4 {
    var input = splitInput(
      rows: 150, entities: ["A", "B"], gaps: [(0, 50, 3)], lookback: 3, labelStart: labels.start,
      span: labels.span, strides: SplitInput.Strides(train: stride, test: 2))
    let rule = SplitRule.rows(validation: 60, test: 100)
    let all = try #require(rule.plan(input).folds.first)
    input.marked = bitmap(300, oneIn: 15, lane: lane * 3 + 1)
    input.premature = bitmap(300, oneIn: 25, lane: lane * 3 + 2)
    let fold = try #require(rule.plan(input).folds.first)
    func isMarked(_ origin: Int) -> Bool {
      ((origin + labels.start)...(origin + labels.span)).contains { input.marked?[$0] == true }
    }
    for split in Split.allCases {
      let expected = (all.origins[split] ?? Origins()).filter {
        !isMarked($0) && input.premature?[$0] != true
      }
      #expect(fold.origins[split].map(Array.init) == expected)
    }
    if stride == 1 {
      let train = Array(all.origins[.train] ?? Origins())
      input.strides = SplitInput.Strides()
      let plain = try #require(rule.plan(input).folds.first)
      #expect(plain.marked >= train.count(where: isMarked) && plain.marked > 0)
      #expect(plain.marked == fold.marked && plain.premature == fold.premature)
    }
  }
}

@Test func `Marked windows are counted, and those filled from behind apart from them`() throws {
  var input = splitInput(rows: 60, lookback: 2, span: 3)
  input.marked = (0..<60).map { (10..<12).contains($0) }
  input.premature = (0..<60).map { (10..<12).contains($0) }
  let fold = try #require(SplitRule.rows(validation: 30, test: 45).plan(input).folds.first)
  // Labels t + 1…t + 3 touch rows 10 and 11 from 7 to 10; row 11 itself is the only other that saw the future.
  #expect(fold.marked == 4 && fold.premature == 1)
  #expect(fold.origins[.train].map(Array.init) == Array(1...6) + Array(12...26))
}

@Test func `Transforms do not learn from rows that were filled from behind the border`() throws {
  var input = splitInput(rows: 60, lookback: 2, span: 1)
  input.premature = (0..<60).map { (27..<32).contains($0) || (10..<12).contains($0) }
  let fold = try #require(SplitRule.rows(validation: 30, test: 45).plan(input).folds.first)
  #expect(fold.trainingRows == [0..<27])
}
