import Artifacts
import Testing

private let lists: [[Int]] = [
  [], [5], [5, 6], [5, 9], [5, 5], [9, 5], [1, 2, 3, 10, 11, 12], [0, 3, 6, 9, 10, 11], [4, 3, 2, 1],
  [0, 2, 4, 5, 7, 9, 9, 1, 2], [7, 7, 7], [0, 1, 3, 4, 6, 7], [2, 4, 8, 16, 32],
]

@Test(arguments: lists)
func `Rows that are put in come out in their order, however they are looked up`(rows: [Int]) {
  let origins = Origins(rows)
  #expect(Array(origins) == rows && origins.count == rows.count)
  #expect(rows.indices.map { origins[$0] } == rows)
  #expect(origins.runs.reduce(0) { $0 + $1.count } == rows.count)
  #expect(origins.runs.flatMap { run in (0..<run.count).map { run.first + $0 * run.step } } == rows)
  #expect(origins.runs.allSatisfy { $0.step > 0 && $0.last >= $0.first })
}

@Test(arguments: lists.indices, lists.indices)
func `Runs put behind each other hold the rows of both`(first: Int, second: Int) {
  var origins = Origins(lists[first])
  for run in Origins(lists[second]).runs { origins.append(run) }
  #expect(Array(origins) == lists[first] + lists[second])
}

@Test func `Windows that follow each other are one run, whatever their stride`() {
  #expect(Origins(100..<5_000).runs == [Origins.Run(first: 100, count: 4_900)])
  #expect(
    Origins(stride(from: 3, to: 1000, by: 7)).runs == [Origins.Run(first: 3, count: 143, step: 7)])
  var origins = Origins()
  origins.append(Origins.Run(first: 0, count: 10, step: 2))
  origins.append(Origins.Run(first: 20, count: 5, step: 2))
  #expect(origins.runs == [Origins.Run(first: 0, count: 15, step: 2)])
  origins.append(Origins.Run(first: 100, count: 0))
  #expect(origins.count == 15)
}

@Test func `A run of one row goes on with any later row`() {
  var origins: Origins = [5]
  origins.append(Origins.Run(first: 9, count: 3, step: 4))
  #expect(Array(origins) == [5, 9, 13, 17])
  #expect(Array(origins[1..<3]) == [9, 13])
}
