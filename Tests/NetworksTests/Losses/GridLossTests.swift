import Artifacts
import Testing

@testable import Networks

private let edges: [Float] = [-1, -0.25, 0.5, 2]

@Test(arguments: GridTarget.Comparison.allCases, ValueGrid.Subject.allCases)
func `Grid losses obey the law`(_ comparison: GridTarget.Comparison, _ subject: ValueGrid.Subject) throws {
  for steps in [1, 6] {
    let shape: Shape = [2, steps, 2]
    try GradientLaw([[2, steps, 2, 3]], from: -3, to: 3) { graph, nodes in
      let target = graph.constant(fixedValues(shape.count, from: 0.9, to: 1.2), shape)
      let last = graph.constant(fixedValues(4, from: 1, to: 1.1), [2, 2])
      let edges = subject == .percent ? edges.map { 10 * $0 } : edges
      return try graph.gridLoss(
        nodes[0], target, last: last, edges: edges, of: subject, by: comparison, batchElements: shape.count)
    }.check()
  }
}

@Test(
  arguments: [
    (-7, 0), (-1, 0), (-0.3, 0), (-0.25, 1), (0.49, 1), (0.5, 2), (2, 2), (9, 2),
  ] as [(Float, Int)])
func `Intervals hold their lower edge, and the outer ones what lies beyond`(_ value: Float, _ interval: Int) {
  #expect(ValueGrid.interval(of: value, in: edges) == interval)
}

@Test func `The likeliest interval costs little, and what is no number costs no number`() throws {
  func loss(_ target: Float) throws -> Double {
    try lossValue([-20, 20, -20], [target], each: 3) {
      try $0.gridLoss($1, $2, edges: edges, batchElements: 1)
    }
  }
  #expect(try loss(0) < 1e-6 && loss(1) > 30)
  #expect(try loss(.nan).isNaN)
}

@Test func `A grid is what training windows make of it`() throws {
  // Targets run through 0 … 99 in training.
  let table = SampleWindows.table(rows: 160, horizon: 1) { Float($0 % 100) }
  let bins = try GridTarget(edges: .quantiles(4), of: .value).resolved(on: table)
  let grid = try #require(bins.grid)
  #expect(grid.count == 4 && grid.edges.count == 5)
  #expect(grid.edges.first == grid.low && grid.edges.last == grid.high)
  // Centres are the means of what lies in each.
  for interval in 0..<4 {
    let middle = (grid.edges[interval] + grid.edges[interval + 1]) / 2
    #expect(abs(grid.centres[interval] - middle) <= 1)
  }
  let given = try GridTarget(edges: .given([-9e6, 50, 9e6]), of: .value).resolved(on: table)
  let wide = try #require(given.grid)
  #expect(wide.edges == [-9e6, 50, 9e6])
  #expect(wide.centres[0] > 0 && wide.centres[0] < 50 && wide.centres[1] > 50 && wide.centres[1] < 100)
  #expect(wide.end(0) == Double(wide.low) && wide.end(2) == Double(wide.high))
  // An interval without training values ends where they do.
  let empty = try GridTarget(edges: .given([-9e6, -5, 50, 9e6]), of: .value).resolved(on: table)
  #expect(empty.grid?.centres[0] == -5)
}

@Test func `Edges that do not cover the windows are refused with the remedy`() throws {
  let table = SampleWindows.table(rows: 160, horizon: 1) { Float($0 % 100) }
  func problem(_ target: GridTarget, _ table: WindowTable) -> String {
    do throws(NetworkError) {
      _ = try target.resolved(on: table)
      return ""
    } catch {
      #expect(error.exitStatus == .badData)
      return error.description
    }
  }
  let low = problem(GridTarget(edges: .given([10, 50, 100]), of: .value), table)
  #expect(
    low.contains("reach from 10.0 to 100.0") && low.contains("the smallest is 0.0 and the greatest 99.0"))
  #expect(low.contains("the first to 0.0 or less") && !low.contains("the last to"))
  let high = problem(GridTarget(edges: .given([0, 50, 90.5]), of: .value), table)
  #expect(high.contains("the last to 99.0 or more") && !high.contains("the first to"))
  #expect(
    problem(GridTarget(edges: .quantiles(5), of: .value), SampleWindows.table(targets: { _ in 3 }))
      .contains("most of them are 3.0"))
  #expect(
    problem(GridTarget(edges: .given([-1, 0, 1]), of: .percent), SampleWindows.table()).contains(
      "above 0"))
  var labels = SampleWindows.table(targets: { Float($0) })
  labels.signature.hasLabels = true
  #expect(problem(GridTarget(edges: .quantiles(5)), labels).contains("of: value"))
}
