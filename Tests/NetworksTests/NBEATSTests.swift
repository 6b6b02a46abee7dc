import Artifacts
import Numerics
import Tensors
import Testing

@testable import Networks

private func blocks(_ stacks: JSON, by kind: String = "none") -> JSON {
  [
    "targets",
    [
      "normalize": [
        "by": .string(kind),
        "blocks": [["channels": ["blocks": [["nbeats": ["layers": 2, "width": 9, "stacks": stacks]]]]]],
      ]
    ],
  ]
}

private let trendAndSeason: JSON = [
  ["basis": "trend", "blocks": 2], ["basis": "seasonal", "blocks": 2, "harmonics": 6, "shortest_period": 2],
]

private func network(_ blocks: JSON, _ window: WindowShape) throws -> Network {
  let (graph, _) = try Network.record(blocks, window, samples: 1)
  let values = graph.parameters.map {
    $0.initializer.elements(count: $0.shape.count, name: $0.name, seed: 4)
  }
  return try Network(blocks: blocks, window: window, values: values)
}

@Test(arguments: ["none", "last", "instance"])
func `Trend and season of a forecast add up to it, with the level in each`(_ kind: String) throws {
  let table = SampleWindows.table()
  let window = WindowShape(table.signature, reading: .point)
  let whole = try network(blocks(trendAndSeason, by: kind), window)
  let origins = Array(table.origins[.test] ?? [])[...]
  let forecast = whole.forecast(from: origins, in: table)
  let trend = try #require(whole.part("trend")).forecast(from: origins, in: table)
  let season = try #require(whole.part("seasonal")).forecast(from: origins, in: table)
  #expect(trend.values != forecast.values && season.values != forecast.values)
  for (index, origin) in origins.enumerated() {
    for step in 0..<window.horizon {
      for column in 0..<2 {
        let place = (index * window.horizon + step) * 2 + column
        let past = (0..<window.lookback).map { Double(table.features[(origin - $0) * 2 + column]) }
        let level =
          switch kind {
          case "last": past[0]
          case "instance": past.reduce(0, +) / Double(past.count)
          default: 0.0
          }
        let sum = trend.values[place] + season.values[place] - level
        #expect(abs(sum - forecast.values[place]) < 1e-5)
      }
    }
  }
}

@Test func `The trend of a forecast is a polynomial, and its season repeats itself`() throws {
  let table = SampleWindows.table(lookback: 12, horizon: 8)
  let window = WindowShape(table.signature, reading: .point)
  let season: JSON = ["basis": "seasonal", "harmonics": 4, "shortest_period": 5]
  let whole = try network(blocks([["basis": "trend", "thetas": 2], season]), window)
  let origins = Array(table.origins[.test] ?? [])[..<3]
  let trend = try #require(whole.part("trend")).forecast(from: origins, in: table)
  for start in stride(from: 0, to: trend.values.count, by: 16) {
    for step in 1..<7 {
      // Of a line every second difference is zero.
      let place = start + 2 * step
      let bend = trend.values[place - 2] - 2 * trend.values[place] + trend.values[place + 2]
      #expect(abs(bend) < 1e-5)
    }
  }
  let made = try #require(whole.part("seasonal")).forecast(from: origins, in: table)
  for place in made.values.indices where place / 2 % 8 + 5 < 8 {
    #expect(abs(made.values[place] - made.values[place + 10]) < 1e-5)
  }
}

@Test func `A network without the stacks that are asked for has no such part`() throws {
  let window = WindowShape(SampleWindows.table().signature, reading: .point)
  let generic = try network(blocks([["basis": "generic"]]), window)
  #expect(generic.part("trend") == nil && generic.part("season") == nil)
  #expect(generic.part("generic") != nil)
}

@Test func `The stacks of one model share what they are told to share`() throws {
  let window = WindowShape(SampleWindows.table().signature, reading: .point)
  let shared: JSON = ["basis": "trend", "blocks": 3, "share": true]
  let apart = try network(blocks([["basis": "trend", "blocks": 3]]), window)
  let one = try network(blocks([shared]), window)
  #expect(apart.parameterCount == 3 * one.parameterCount)
}

@Test func `A silent N-HiTS repeats the last value`() throws {
  let table = SampleWindows.table()
  let window = WindowShape(table.signature, reading: .point)
  let blocks: JSON = ["targets", ["channels": ["blocks": [["nhits": ["width": 5]]]]]]
  var silent = try network(blocks, window)
  silent.values = silent.values.map { $0.map { _ in 0 } }
  let origins = Array(table.origins[.test] ?? [])[...]
  let forecast = silent.forecast(from: origins, in: table)
  for (index, origin) in origins.enumerated() {
    for place in 0..<(window.horizon * 2) {
      let last = Double(table.features[origin * 2 + place % 2])
      #expect(forecast.values[index * window.horizon * 2 + place] == last)
    }
  }
}

private let refused: [(block: JSON, message: String)] = [
  (
    ["nbeats": ["layers": 2, "width": 9, "stacks": [["basis": "wave"]]]],
    "network.0.channels.blocks.0.nbeats.stacks.0: basis should be one of generic, trend, seasonal, interpolation, not \"wave\""
  ),
  (
    ["nbeats": ["layers": 2, "width": 9, "stacks": [["basis": "trend", "harmonics": 3]]]],
    "network.0.channels.blocks.0.nbeats.stacks.0: harmonics is no setting of this block; there are basis, blocks, dropout, layers, share, thetas, width"
  ),
  (
    ["nbeats": ["stacks": [["basis": "trend"]]]],
    "network.0.channels.blocks.0.nbeats.stacks.0: width is missing"
  ),
  (
    ["nbeats": ["width": 9, "stacks": "trend"]],
    "network.0.channels.blocks.0.nbeats: stacks should be a list of mappings, not \"trend\""
  ),
  (
    ["nhits": ["pool": [2, 1]]],
    "network.0.channels.blocks.0.nhits: downsample has 3 numbers and pool has 2; give either one for each stack"
  ),
  (
    ["nhits": ["pool": [13], "downsample": [1]]],
    "network.0.channels.blocks.0: pieces of 13 steps do not fit a look-back of 12; shorten 'pool', or lengthen lookback"
  ),
]

@Test(arguments: refused.indices)
func `Stacks that cannot be are refused with their place`(_ index: Int) throws {
  let (block, message) = refused[index]
  let window = WindowShape(SampleWindows.table().signature, reading: .point)
  do {
    _ = try Network.record([["channels": ["blocks": [block]]]], window, samples: 1)
    Issue.record("nothing was refused")
  } catch {
    switch error {
    case .setting(let path, let name, let problem): #expect("\(path): \(name) \(problem)" == message)
    case .shape(let path, let problem): #expect("\(path): \(problem)" == message)
    default: Issue.record("\(error)")
    }
  }
}

@Test func `No row behind the origin changes what the oracle forecasts`() throws {
  let name = SampleWindows.networks.firstIndex { $0.name == "oracle" }
  let blocks = SampleWindows.networks[try #require(name)].blocks
  let table = SampleWindows.table()
  let oracle = try network(blocks, WindowShape(table.signature, reading: .point))
  for origin in try #require(table.origins[.test]) {
    let known = (origin + 1) * table.signature.features.count
    var other = table
    other.features = StoredArray(
      table.features.enumerated().map { $0.offset < known ? $0.element : 1000 - 3 * $0.element })
    other.targets = other.features
    #expect(
      oracle.forecast(from: [origin], in: table).values == oracle.forecast(from: [origin], in: other).values)
  }
}
