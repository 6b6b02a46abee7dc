// swift-tools-version: 6.2
import PackageDescription

// Read bottom-up: a target may use only targets above it in this file.

let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

/// Rooms whose loops run over tensor elements: unoptimised they are about 300 times slower,
/// so they are optimised in debug builds as well.
let numeric: [SwiftSetting] = house + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// The rooms of the training engine are compiled for processors with AVX2 and fused multiply-add (x86-64-v3, 2013):
/// without them a fused multiply-add is a function call an element. `train` and `predict` say so on older machines.
#if arch(x86_64)
  let vectorised: [SwiftSetting] = numeric + [.unsafeFlags(["-Xcc", "-march=x86-64-v3"])]
#else
  let vectorised = numeric
#endif

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let database = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

func room(
  _ name: String, uses dependencies: [Target.Dependency] = [], _ settings: [SwiftSetting] = house
) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/Core/\(name)", swiftSettings: settings)
}

/// A program uses the rooms that every program needs, and its own.
func program(_ name: String, at path: String, uses rooms: [Target.Dependency]) -> Target {
  let common: [Target.Dependency] = [
    "Numerics", "Chronology", "Artifacts", "Configuration", "StageKit", argumentParser, logging,
  ]
  return .executableTarget(name: name, dependencies: common + rooms, path: path, swiftSettings: house)
}

func tests(of room: String, uses dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(room)Tests", dependencies: [.byName(name: room), "TestSupport"] + dependencies,
    path: "Tests/\(room)Tests", swiftSettings: house)
}

let package = Package(
  name: "candlewick",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // System: module maps and nothing else.
    .systemLibrary(
      name: "CCrypto", path: "Sources/System/CCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CYAML", path: "Sources/System/CYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(
      name: "COpenBLAS", path: "Sources/System/COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-pthread-dev", "liblapacke-dev"])]),
    .systemLibrary(
      name: "CCurl", path: "Sources/System/CCurl", pkgConfig: "libcurl",
      providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
      name: "CZip", path: "Sources/System/CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(
      name: "CSQLite", path: "Sources/System/CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CVector", path: "Sources/System/CVector"),

    // Core: the shared rooms.
    room("Numerics", uses: [], numeric),
    room("Chronology"),
    room("Artifacts", uses: ["Numerics", "Chronology", "CCrypto"]),
    room("Comparison", uses: ["Numerics", "Chronology", "Artifacts"], numeric),
    room("Charts", uses: ["Numerics", "Chronology"]),
    room("Configuration", uses: ["Numerics", "Chronology", "Artifacts", "Comparison", "CYAML"]),
    room("Tensors", uses: ["Artifacts", "Numerics", "COpenBLAS", "CVector"], vectorised),

    // Rooms without matrices.
    room("HTTP", uses: ["Numerics", "Chronology", "Artifacts", "CCurl"], numeric),
    room(
      "Market", uses: ["Numerics", "Chronology", "Artifacts", "HTTP", "CZip", "CSQLite", database], numeric),
    room("Registry", uses: ["Numerics", "Chronology", "Artifacts"]),
    room(
      "Orchestration",
      uses: ["Numerics", "Chronology", "Artifacts", "Comparison", "Configuration", "Registry"]),

    // Models of their own, and what filters and networks fit to a window.
    room("GaussianProcesses", uses: ["Numerics", "Artifacts", "Tensors"], vectorised),

    // Siblings: none knows another.
    room("Features", uses: ["Numerics", "Chronology", "Artifacts", "Tensors", "GaussianProcesses"], numeric),
    room("Networks", uses: ["Numerics", "Artifacts", "Tensors", "GaussianProcesses"], vectorised),
    room("Evaluation", uses: ["Numerics", "Chronology", "Tensors"], numeric),

    room(
      "Forecasting",
      uses: [
        "Chronology", "Artifacts", "Tensors", "GaussianProcesses", "Features", "Networks", "Evaluation",
      ]),
    room(
      "StageKit",
      uses: ["Numerics", "Chronology", "Artifacts", "Configuration", "CVector", argumentParser, logging]),

    // Stages and the orchestrator: each main is a page at most.
    program("extract", at: "Sources/Stages/extract", uses: ["Market"]),
    program("prepare", at: "Sources/Stages/prepare", uses: ["Charts", "Tensors", "Features"]),
    program(
      "train", at: "Sources/Stages/train",
      uses: ["Charts", "Tensors", "GaussianProcesses", "Networks", "Evaluation", "Forecasting"]),
    program("register", at: "Sources/Stages/register", uses: ["Registry"]),
    program(
      "predict", at: "Sources/Stages/predict", uses: ["Charts", "Tensors", "Evaluation", "Forecasting"]),
    program("pipeline", at: "Sources/pipeline", uses: ["Comparison", "Orchestration"]),

    // Tests: one folder a room, file for file.
    .target(
      name: "TestSupport", dependencies: ["Artifacts", "Chronology", "Configuration"],
      path: "Tests/TestSupport",
      swiftSettings: house),
    .target(
      name: "LocalExchange", dependencies: ["Numerics", "Chronology", "Artifacts"],
      path: "Tests/LocalExchange",
      swiftSettings: numeric),
    .executableTarget(
      name: "local-exchange", dependencies: ["LocalExchange", "Chronology", argumentParser],
      path: "Tests/local-exchange", swiftSettings: house),
    .target(name: "CAllocations", path: "Tests/CAllocations"),
    tests(of: "Numerics", uses: ["Artifacts"]),
    tests(of: "Chronology", uses: ["Artifacts"]),
    tests(of: "Artifacts", uses: ["Chronology"]),
    tests(of: "Comparison", uses: ["Artifacts", "Chronology"]),
    tests(of: "Configuration", uses: ["Artifacts", "Chronology", "Comparison"]),
    tests(of: "LocalExchange", uses: ["Artifacts", "Chronology"]),
    tests(of: "HTTP", uses: ["Artifacts", "Chronology"]),
    tests(of: "Market", uses: ["Artifacts", "CSQLite", "Chronology", "HTTP", "LocalExchange", "Numerics"]),
    tests(of: "Tensors", uses: ["Artifacts", "Chronology", "Numerics"]),
    tests(of: "GaussianProcesses", uses: ["Artifacts", "Chronology", "Numerics", "Tensors"]),
    tests(
      of: "Features",
      uses: ["Artifacts", "Configuration", "Chronology", "GaussianProcesses", "Numerics", "Tensors"]),
    tests(
      of: "Networks",
      uses: ["Artifacts", "CAllocations", "Chronology", "GaussianProcesses", "Numerics", "Tensors"]),
    tests(of: "Evaluation", uses: ["Artifacts", "Chronology", "Numerics", "Tensors"]),
    tests(
      of: "Forecasting",
      uses: [
        "Artifacts", "Chronology", "Configuration", "Evaluation", "Features", "GaussianProcesses", "Networks",
        "Tensors",
      ]),
    tests(of: "Registry", uses: ["Artifacts", "Chronology"]),
    tests(of: "Charts", uses: ["Chronology"]),
    tests(of: "Orchestration", uses: ["Artifacts", "Chronology", "Configuration", "Registry"]),
    tests(of: "StageKit"),
    .testTarget(
      name: "PipelineTests",
      dependencies: [
        "TestSupport", "LocalExchange", "Artifacts", "Chronology", "Configuration", "extract", "prepare",
        "train", "register",
        "predict",
        "pipeline",
      ], path: "Tests/PipelineTests", swiftSettings: house),
  ]
)

// Time training steps, the making of features, the reading of windows and the orchestrator for Benchmarks/bench, which
// asks for them.
if Context.environment["BENCH"] == "1" {
  package.targets += [
    .executableTarget(
      name: "steps", dependencies: ["Numerics", "Artifacts", "Tensors", "Networks", argumentParser],
      path: "Benchmarks/steps", swiftSettings: vectorised),
    .executableTarget(
      name: "processes", dependencies: ["Tensors", "GaussianProcesses", argumentParser],
      path: "Benchmarks/processes", swiftSettings: vectorised),
    .executableTarget(
      name: "gather", dependencies: ["Numerics", "Artifacts", "Tensors", argumentParser],
      path: "Benchmarks/gather", swiftSettings: vectorised),
    .executableTarget(
      name: "columns", dependencies: ["Artifacts", "Features", argumentParser], path: "Benchmarks/columns",
      swiftSettings: house),
    .executableTarget(
      name: "trivial",
      dependencies: ["Artifacts", "Chronology", "Configuration", "StageKit", argumentParser],
      path: "Benchmarks/trivial", swiftSettings: house),
  ]
}

// Fuzz targets have no main of their own, so they exist only when they are asked for: make fuzz.
if Context.environment["FUZZ"] == "1" {
  package.targets.append(
    .target(
      name: "FuzzSupport", dependencies: ["Artifacts", "Chronology", "Market"], path: "Fuzzing/Support",
      swiftSettings: house))
  package.targets += [
    "npy": ["Artifacts"], "json": ["Artifacts"], "yaml": ["Configuration"],
    "csv": ["FuzzSupport", "Market"],
    "klines": ["FuzzSupport", "Market"],
    "page": ["Artifacts", "Chronology", "Market"],
    "zip": ["Artifacts", "Chronology", "Market"],
    "checksum": ["Artifacts", "Market"],
    "sqlite": ["FuzzSupport", "Market"],
  ].map { name, rooms in
    .executableTarget(
      name: "fuzz-\(name)", dependencies: rooms, path: "Fuzzing/\(name)",
      swiftSettings: house + [.unsafeFlags(["-parse-as-library"])])
  }
}
