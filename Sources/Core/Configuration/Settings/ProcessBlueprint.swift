extension Blueprint {
  /// Exact Gaussian processes.
  package struct GaussianProcess: Sendable, Equatable {
    package enum Refit: String, CaseIterable, Sendable { case window, never }
    package enum Optimizer: String, CaseIterable, Sendable {
      case adam
      case quasiNewton = "l-bfgs"
    }
    package enum LengthScales: String, CaseIterable, Sendable { case shared, each }

    package var refit: Refit
    /// The expression; what it may say is checked where kernels are known.
    package var kernel: String
    /// Where it stands.
    package var kernelPlace: Place?
    package var optimizer: Optimizer
    package var steps: Int
    /// Of Adam.
    package var rate: Double
    package var startWindows: Int
    package var lengthScales: LengthScales
    package var rows: Int
    /// Where they stand.
    package var rowsPlace: Place?
    /// MiB.
    package var memory: Int
    package var subtractLast: Bool
  }

  /// Means of what followed training windows.
  package struct KernelRegression: Sendable, Equatable {
    package enum Kernel: String, CaseIterable, Sendable {
      case box, gaussian, epanechnikov, triangular, quartic, triweight, tricube, cosine, logistic, sigmoid
    }

    package var kernel: Kernel
    package var bandwidths: [Double]
    package var rows: Int
    package var subtractLast: Bool
    /// Of bounds; nil for none.
    package var lipschitz: Double?
    /// Nil to be estimated.
    package var noise: Double?
    package var delta: Double
  }
}

extension Blueprint.GaussianProcess {
  init(_ fields: inout Fields) throws(ConfigurationError) {
    refit = try fields.choice("refit")
    kernelPlace = fields.place(of: "kernel")
    kernel = try fields.text("kernel")
    optimizer = try fields.choice("optimizer")
    steps = try fields.integer("steps", in: 0...100_000)
    rate = try fields.number("rate", in: 1e-6...10)
    startWindows = try fields.integer("start_windows", in: 0...100_000)
    lengthScales = try fields.choice("length_scales")
    rowsPlace = fields.place(of: "rows")
    rows = try fields.integer("rows", in: 2...1_000_000)
    memory = try fields.integer("memory", in: 1...1_000_000)
    subtractLast = try fields.truth("subtract_last")
  }
}

extension Blueprint.GaussianProcess {
  /// Settings that change nothing, and beside what.
  private var idle: [(names: [String], beside: String, instead: String)] {
    var found = [
      refit == .window
        ? (["rows", "memory", "length_scales", "subtract_last"], "refit: window", "refit: never")
        : (["start_windows"], "refit: never", "refit: window")
    ]
    if optimizer == .quasiNewton { found.append((["rate"], "optimizer: l-bfgs", "optimizer: adam")) }
    return found
  }

  /// Refuses settings that a step has changed from `declared` though they change nothing: they would give it another
  /// key, and the same forecasts.
  func check(_ settings: YAMLNode?, over declared: YAMLNode?) throws(ConfigurationError) {
    guard case .mapping(let entries) = settings?.content else { return }
    for entry in entries {
      guard let found = idle.first(where: { $0.names.contains(entry.key) }) else { continue }
      var tree = BlockTree(settings: [:])
      let chosen = try tree.json(entry.value, path: entry.key)
      let own = try declared?[entry.key].map { node throws(ConfigurationError) in
        try tree.json(node, path: entry.key)
      }
      guard chosen != own else { continue }
      throw .malformed(
        at: entry.keyPlace,
        "'set.\(entry.key)' changes nothing with \(found.beside); leave it out, or take \(found.instead)")
    }
  }
}

extension Blueprint.KernelRegression {
  init(_ fields: inout Fields) throws(ConfigurationError) {
    kernel = try fields.choice("kernel")
    bandwidths = try fields.numbers("bandwidths", in: 1e-6...1e6)
    rows = try fields.integer("rows", in: 1...10_000_000)
    subtractLast = try fields.truth("subtract_last")
    let lipschitz = try fields.number("lipschitz", in: 0...1e9)
    self.lipschitz = lipschitz > 0 ? lipschitz : nil
    let noise = try fields.number("noise", in: 0...1e9)
    self.noise = noise > 0 ? noise : nil
    delta = try fields.number("delta", in: 1e-9...0.999)
    guard !bandwidths.isEmpty else {
      throw .wrongValue(
        at: fields.place, setting: "bandwidths", expected: "a list with a number in it", found: "[]")
    }
  }
}
