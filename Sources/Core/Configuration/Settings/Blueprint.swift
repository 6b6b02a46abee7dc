package import Artifacts

/// What a file under `models/` describes.
package enum Blueprint: Sendable, Equatable {
  case ridge(Ridge)
  case network(Network)
  case baseline(BaselineName)
  case gaussianProcess(GaussianProcess)
  case kernelRegression(KernelRegression)
  case ensemble(Ensemble)

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

  /// The SHA-256 of all models' files, by folder and name.
  package var digest: Digest {
    var lines = ""
    for (place, folder) in folders.enumerated() { Self.appendFiles(in: folder, as: "\(place)/", to: &lines) }
    return Digest(of: lines)
  }

  private static func appendFiles(in folder: String, as prefix: String, to lines: inout String) {
    for name in Disk.names(in: folder) {
      let path = folder + "/" + name
      if Disk.isDirectory(path) {
        appendFiles(in: path, as: prefix + name + "/", to: &lines)
      } else {
        lines += "\((try? Disk.digest(of: path))?.hex ?? "unreadable") \(prefix)\(name)\n"
      }
    }
  }

  private enum Kind: String, CaseIterable {
    case ridge, baseline, network, ensemble
    case gaussianProcess = "gaussian-process"
    case kernelRegression = "kernel-regression"
  }

  /// Reads a model's file; `settings` replace those of the same name in it.
  func blueprint(
    _ key: String, overriding settings: YAMLNode?, training: YAMLNode?, forecast: YAMLNode? = nil,
    at place: Place
  ) throws(ConfigurationError) -> (blueprint: Blueprint, resolved: JSON) {
    let path = try path(of: key, at: place)
    let text: [UInt8]
    do { text = try Disk.read(path, limit: YAMLReader.sizeLimit) } catch {
      throw .unreadable(path: path, error)
    }
    var fields = try Fields(try YAMLReader.read(text, file: path), of: "model '\(key)'", at: place)
    _ = try fields.integer("version", in: 1...1)
    let kind: Kind = try fields.choice("kind")
    let declared = fields.take(settings: "settings")
    let merged = try Self.merged(settings, over: declared, as: "set")
    if kind == .network {
      return try network(
        key, &fields, settings: merged, declared: declared, training: training, forecast: forecast, at: place)
    }
    for (name, node) in [("training", training), ("forecast", forecast)] {
      guard let node else { continue }
      throw .malformed(
        at: node.place, "'\(name)' has no use here: '\(key)' is not trained step by step; leave it out")
    }
    var inner = try Fields(merged, of: "the settings of model '\(key)'", path: "set", at: place)
    let blueprint: Blueprint
    switch kind {
    case .ridge: blueprint = .ridge(try Blueprint.Ridge(&inner))
    case .baseline: blueprint = .baseline(try inner.choice("baseline"))
    case .gaussianProcess:
      let process = try Blueprint.GaussianProcess(&inner)
      try process.check(settings, over: declared)
      blueprint = .gaussianProcess(process)
    case .kernelRegression: blueprint = .kernelRegression(try Blueprint.KernelRegression(&inner))
    case .ensemble: blueprint = .ensemble(try Blueprint.Ensemble(&inner))
    case .network: preconditionFailure("read above")
    }
    try inner.finish()
    try fields.finish()
    return (blueprint, .object(["kind": .string(kind.rawValue), "settings": .object(inner.resolved)]))
  }

  /// A model made of blocks: its settings are put in where blocks say `$name`.
  private func network(
    _ key: String, _ fields: inout Fields, settings: YAMLNode?, declared: YAMLNode?, training: YAMLNode?,
    forecast: YAMLNode?, at place: Place
  ) throws(ConfigurationError) -> (blueprint: Blueprint, resolved: JSON) {
    var values: [String: BlockTree.Setting] = [:]
    if case .mapping(let entries) = settings?.content {
      var plain = BlockTree(settings: [:])
      for entry in entries {
        values[entry.key] = BlockTree.Setting(
          value: try plain.json(entry.value, path: entry.key), place: entry.value.place)
      }
    }
    var tree = BlockTree(settings: values)
    guard let node = fields.take(settings: "network") else { throw fields.missing("network") }
    let blocks = try tree.json(node, path: "network")
    var trainingTree = tree
    func section(_ name: String, _ chosen: YAMLNode?) throws(ConfigurationError) -> YAMLNode? {
      let defaults = try fields.take(settings: name).map { node throws(ConfigurationError) in
        try trainingTree.substituted(node)
      }
      return try Self.merged(chosen, over: defaults, as: name)
    }
    let merged = try section("training", training)
    let mergedForecast = try section("forecast", forecast)
    try fields.finish()
    if case .mapping(let entries) = settings?.content {
      let used = trainingTree.used
      if let unknown = entries.first(where: { !used.contains($0.key) }) {
        if let setting = declared?[unknown.key] {
          throw .malformed(
            at: setting.place, "no block says $\(unknown.key); let one use the setting, or remove it")
        }
        throw .unknownKey(
          unknown.key, at: unknown.keyPlace, of: "the settings of model '\(key)'",
          nearest: NearestName.of(unknown.key, among: Array(used)))
      }
    }
    var inner = try Fields(merged, of: "the training of model '\(key)'", path: "training", at: place)
    let typed = try TrainingSettings(&inner)
    try inner.finish()
    var innerForecast = try Fields(
      mergedForecast, of: "the forecasts of model '\(key)'", path: "forecast", at: place)
    let typedForecast = try ForecastSettings(&innerForecast)
    try innerForecast.finish()
    var places = tree.places
    for (name, node, start) in [
      ("training", merged, inner.place), ("forecast", mergedForecast, innerForecast.place),
    ] {
      places[name] = start
      guard case .mapping(let entries) = node?.content else { continue }
      for entry in entries { places[name + "." + entry.key] = entry.value.place }
    }
    let network = Blueprint.Network(
      blocks: blocks, training: typed, forecast: typedForecast, places: places)
    return (
      .network(network),
      .object([
        "kind": .string(Kind.network.rawValue), "network": blocks, "training": .object(inner.resolved),
        "forecast": .object(innerForecast.resolved),
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

  /// `settings` put over the defaults of a model's file; `name` is what the step calls them.
  private static func merged(
    _ settings: YAMLNode?, over defaults: YAMLNode?, as name: String
  ) throws(ConfigurationError) -> YAMLNode? {
    let written = try entries(of: defaults, name)
    let chosen = try entries(of: settings, name)
    guard let node = chosen == nil ? defaults : settings else { return nil }
    let rest = (written ?? []).filter { entry in chosen?.contains { $0.key == entry.key } != true }
    return YAMLNode(.mapping((chosen ?? []) + rest), at: node.place)
  }

  /// The entries of a mapping; nil when nothing is written.
  private static func entries(
    of node: YAMLNode?, _ name: String
  ) throws(ConfigurationError) -> [YAMLNode.Entry]? {
    switch node?.content {
    case nil, .scalar("", isPlain: true): return nil
    case .mapping(let entries): return entries
    default:
      throw .wrongValue(
        at: node?.place ?? .flag(name), setting: name, expected: "a mapping", found: node?.kind ?? "nothing")
    }
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
