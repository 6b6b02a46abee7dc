import Artifacts

/// What a file under `models/` describes.
package enum Blueprint: Sendable, Equatable {
  case ridge(Ridge)
  case network(Network)
  case baseline(BaselineName)

  /// A direct linear map from look-back to horizon, shared by all columns.
  package struct Ridge: Sendable, Equatable {
    /// The look-backs whose forecasts are averaged; empty for that of the windows.
    package var lookbacks: [Int]
    /// The candidates for the penalty; the validation windows choose.
    package var penalties: [Double]
    /// Whether the last value is subtracted from inputs and labels, and added back.
    package var subtractLast: Bool
  }

  package enum BaselineName: String, CaseIterable, Sendable {
    case `repeat`
    case seasonalRepeat = "seasonal-repeat"
    case drift, mean
  }
}

/// The folder `models/`: one YAML file a model; the file's relative path is the model's key.
package struct ModelLibrary: Sendable {
  private let folders: [String]

  /// Looks in each folder in turn.
  package init(folders: [String]) { self.folders = folders }

  /// `models/` where the program was called, and the one that was installed beside the programs.
  package static func standard(programFolder: String) -> ModelLibrary {
    ModelLibrary(folders: ["models", programFolder + "/../models"])
  }

  private enum Kind: String, CaseIterable {
    case ridge, baseline, network
  }

  /// Reads a model's file; `settings` replace those of the same name in it.
  func blueprint(
    _ key: String, overriding settings: YAMLNode?, training: YAMLNode?, at place: Place
  ) throws(ConfigurationError) -> (blueprint: Blueprint, resolved: JSON) {
    let path = try path(of: key, at: place)
    let text: [UInt8]
    do { text = try Disk.read(path, limit: YAMLReader.sizeLimit) } catch {
      throw .unreadable(path: path, error)
    }
    var fields = try Fields(try YAMLReader.read(text, file: path), of: "model '\(key)'", at: place)
    _ = try fields.integer("version", in: 1...1)
    let kind: Kind = try fields.choice("kind")
    let merged = try Self.merged(settings, over: fields.take(settings: "settings"), at: place)
    if kind == .network { return try network(key, &fields, settings: merged, training: training, at: place) }
    if let training {
      throw .wrongValue(
        at: training.place, setting: "training", expected: "left out: '\(key)' is not trained step by step",
        found: training.kind)
    }
    var inner = try Fields(merged, of: "the settings of model '\(key)'", path: "set", at: place)
    let blueprint: Blueprint
    switch kind {
    case .ridge: blueprint = .ridge(try Blueprint.Ridge(&inner))
    case .baseline: blueprint = .baseline(try inner.choice("baseline"))
    case .network: preconditionFailure("read above")
    }
    try inner.finish()
    try fields.finish()
    return (blueprint, .object(["kind": .string(kind.rawValue), "settings": .object(inner.resolved)]))
  }

  /// A model made of blocks: its settings are put in where blocks say `$name`.
  private func network(
    _ key: String, _ fields: inout Fields, settings: YAMLNode?, training: YAMLNode?, at place: Place
  ) throws(ConfigurationError) -> (blueprint: Blueprint, resolved: JSON) {
    var values: [String: JSON] = [:]
    if case .mapping(let entries) = settings?.content {
      var plain = BlockTree(settings: [:])
      for entry in entries { values[entry.key] = try plain.json(entry.value, path: entry.key) }
    }
    var tree = BlockTree(settings: values)
    guard let node = fields.take(settings: "network") else { throw fields.missing("network") }
    let blocks = try tree.json(node, path: "network")
    let defaults = fields.take(settings: "training")
    try fields.finish()
    var trainingTree = tree
    let resolvedDefaults = try defaults.map { node throws(ConfigurationError) in
      try trainingTree.substituted(node)
    }
    let merged = try Self.merged(training, over: resolvedDefaults, at: place)
    if case .mapping(let entries) = settings?.content {
      let used = trainingTree.used
      if let unknown = entries.first(where: { !used.contains($0.key) }) {
        throw .unknownKey(
          unknown.key, at: unknown.keyPlace, of: "the settings of model '\(key)'",
          nearest: NearestName.of(unknown.key, among: Array(used)))
      }
    }
    var inner = try Fields(merged, of: "the training of model '\(key)'", path: "training", at: place)
    let typed = try TrainingSettings(&inner)
    try inner.finish()
    return (
      .network(Blueprint.Network(blocks: blocks, training: typed, places: tree.places)),
      .object([
        "kind": .string(Kind.network.rawValue), "network": blocks, "training": .object(inner.resolved),
      ])
    )
  }

  private func path(of key: String, at place: Place) throws(ConfigurationError) -> String {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let found = folders.map { "\($0)/\(key).yaml" }.first(where: Disk.exists)
    guard parts.allSatisfy(ArtifactName.isValid), let found else {
      throw .unknownName(
        what: "model", name: key, at: place, nearest: NearestName.of(key, among: keys), known: keys)
    }
    return found
  }

  /// The keys of all models, sorted.
  package var keys: [String] {
    let found = folders.flatMap { folder in
      Disk.names(in: folder).flatMap { family in
        Disk.names(in: folder + "/" + family).filter { $0.hasSuffix(".yaml") }.map {
          family + "/" + $0.dropLast(5)
        }
      }
    }
    return Set(found).sorted()
  }

  private static func merged(
    _ settings: YAMLNode?, over defaults: YAMLNode?, at place: Place
  ) throws(ConfigurationError) -> YAMLNode? {
    guard let settings else { return defaults }
    guard case .mapping(let chosen) = settings.content else {
      throw .wrongValue(at: settings.place, setting: "set", expected: "a mapping", found: settings.kind)
    }
    var entries: [YAMLNode.Entry] = []
    if case .mapping(let written) = defaults?.content { entries = written }
    entries.removeAll { entry in chosen.contains { $0.key == entry.key } }
    return YAMLNode(.mapping(chosen + entries), at: settings.place)
  }
}

extension Blueprint.Ridge {
  fileprivate init(_ fields: inout Fields) throws(ConfigurationError) {
    lookbacks = try fields.integers("lookbacks", in: 1...1_000_000)
    penalties = try fields.numbers("penalties", in: 1e-12...1e12)
    subtractLast = try fields.truth("subtract_last")
    guard !penalties.isEmpty else {
      throw .wrongValue(
        at: fields.place, setting: "penalties", expected: "a list with a number in it", found: "[]")
    }
    guard Set(lookbacks).count == lookbacks.count else {
      throw .wrongValue(
        at: fields.place, setting: "lookbacks", expected: "a list without repetitions",
        found: JSON(lookbacks).inline)
    }
  }
}
