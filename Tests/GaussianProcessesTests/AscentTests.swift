import Testing

@testable import GaussianProcesses

private typealias Made = [Double]

private func climb(
  _ ascent: Ascent, from start: [Double], _ function: ([Double]) -> (Double, [Double])?
) -> Ascent.Result<Made>? {
  ascent.run(from: start, value: { $0[0] }, gradient: { Array($0.dropFirst()) }) { point in
    function(point).map { [$0.0] + $0.1 }
  }
}

/// Rosenbrock's valley, upside down.
private func valley(_ p: [Double]) -> (Double, [Double])? {
  let (x, y) = (p[0], p[1])
  let value = -((1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x))
  return (value, [2 * (1 - x) + 400 * x * (y - x * x), -200 * (y - x * x)])
}

@Test func `L-BFGS goes through Rosenbrock's valley`() throws {
  let ascent = Ascent(.quasiNewton, steps: 200, bounds: [-5...5, -5...5])
  let found = try #require(climb(ascent, from: [-1.2, 1], valley))
  #expect(abs(found.point[0] - 1) < 1e-4 && abs(found.point[1] - 1) < 1e-4)
  #expect(found.evaluations < 120)
  #expect(zip(found.path, found.path.dropFirst()).allSatisfy { $0[0] <= $1[0] })
}

@Test func `Bounds hold, and what leads out of them ends the search`() throws {
  let ascent = Ascent(.quasiNewton, steps: 50, bounds: [-1...0.5, -5...5])
  let found = try #require(
    climb(ascent, from: [0, 2]) {
      (
        -(($0[0] - 3) * ($0[0] - 3) + $0[1] * $0[1]),
        [
          -2 * ($0[0] - 3), -2 * $0[1],
        ]
      )
    })
  #expect(found.point[0] == 0.5 && abs(found.point[1]) < 1e-4)
  #expect(found.stop == .flat)
}

@Test func `A step to where there is no value turns back`() throws {
  let ascent = Ascent(.quasiNewton, steps: 50, bounds: [-100...100])
  let found = try #require(
    climb(ascent, from: [0.1]) { point in
      point[0] < 2 ? (-(point[0] - 1.5) * (point[0] - 1.5), [-2 * (point[0] - 1.5)]) : nil
    })
  #expect(abs(found.point[0] - 1.5) < 1e-4)
}

@Test func `Adam keeps the best point that it met`() throws {
  let ascent = Ascent(.adam(rate: 0.5), steps: 40, bounds: [-5...5, -5...5])
  let found = try #require(climb(ascent, from: [-1.2, 1], valley))
  #expect(found.evaluation[0] == found.path.map { $0[0] }.max())
}
