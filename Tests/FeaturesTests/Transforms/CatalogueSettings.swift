import Artifacts
import Chronology
import Configuration
import Features
import Testing

/// Transforms and filters by name, with the catalogue's defaults where a setting is not given.
enum CatalogueSettings {
  static func transform(_ name: String, _ settings: [String: JSON] = [:]) throws -> any Transform {
    let type = try #require(TransformLibrary.all.first { $0.name == name })
    return try type.init(try resolved(name, settings, PartCatalogue.transforms))
  }

  static func filter(_ name: String, _ settings: [String: JSON] = [:]) throws -> any Filter {
    let type = try #require(FilterLibrary.all.first { $0.name == name })
    return try type.init(try resolved(name, settings, PartCatalogue.filters))
  }

  private static func resolved(
    _ name: String, _ settings: [String: JSON], _ catalogue: [PartSchema]
  ) throws -> PartSettings {
    let schema = try #require(catalogue.first { $0.name == name })
    var json: [String: JSON] = [:]
    for (setting, kind) in schema.settings { json[setting] = settings[setting] ?? kind.defaultValue }
    try #require(settings.keys.allSatisfy { json[$0] != nil }, "'\(name)' has no such setting")
    return PartSettings(part: name, json: .object(json), interval: .milliseconds(3_600_000))
  }
}

extension Transform {
  func learnt(from runs: [Double]...) throws -> State {
    // Kept in one block, so that the pointers stay good.
    let all = runs.flatMap { $0 }
    return try all.withUnsafeBufferPointer { all in
      var start = 0
      let parts = runs.map { run in
        defer { start += run.count }
        return UnsafeBufferPointer(rebasing: all[start..<start + run.count])
      }
      return try fit(TrainingValues(parts))
    }
  }

  func applied(_ values: [Double], _ state: State) throws -> [Double] {
    var values = values
    try values.withUnsafeMutableBufferPointer { try apply($0, state) }
    return values
  }

  func advanced(_ path: [Double], after past: [Double], _ state: State) -> [Double] {
    var path = path
    path.withUnsafeMutableBufferPointer { path in
      past.suffix(lookback).withUnsafeBufferPointer { advance(path, after: $0, state) }
    }
    return path
  }

  func inverted(_ path: [Double], after past: [Double], _ state: State) -> [Double] {
    var path = path
    path.withUnsafeMutableBufferPointer { path in
      past.suffix(lookback).withUnsafeBufferPointer { invert(path, after: $0, state) }
    }
    return path
  }
}

extension Filter {
  func filtered(_ values: [Double]) -> [Double] {
    var values = values
    var extent = FilterExtent()
    apply(&values, &extent)
    return values
  }
}
