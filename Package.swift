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

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

func room(_ name: String, uses dependencies: [Target.Dependency] = [], _ settings: [SwiftSetting] = house)
  -> Target
{
  .target(name: name, dependencies: dependencies, path: "Sources/Core/\(name)", swiftSettings: settings)
}

func program(_ name: String, at path: String, uses dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies + [argumentParser], path: path, swiftSettings: house)
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

    // Core: the shared rooms.
    room("Numerics", uses: [], numeric),
    room("Chronology"),
    room("Artifacts", uses: ["Numerics", "Chronology", "CCrypto"]),
    room("Configuration", uses: ["Artifacts", "Chronology", "Numerics", "CYAML"]),
    room("Tensors", uses: ["COpenBLAS"], numeric),
    room("Market", uses: ["Artifacts", "Chronology", "Numerics"]),
    room("Features", uses: ["Artifacts", "Chronology", "Numerics", "Tensors"], numeric),
    room("Networks", uses: ["Artifacts", "Tensors"], numeric),
    room("Evaluation", uses: ["Chronology", "Numerics", "Tensors"], numeric),
    room("Forecasting", uses: ["Features", "Networks", "Evaluation", "Artifacts", "Tensors"]),
    room("Orchestration", uses: ["Configuration", "Artifacts", "Chronology"]),
    room("Charts", uses: ["Chronology", "Numerics"]),
    room("Registry", uses: ["Artifacts", "Chronology", "Numerics"]),
    room(
      "StageKit",
      uses: [
        "Configuration", "Artifacts", "Chronology", "Numerics", argumentParser,
        .product(name: "Logging", package: "swift-log"),
      ]),

    // Stages and the orchestrator: each main is a page at most.
    program("extract", at: "Sources/Stages/extract", uses: ["Market", "StageKit"]),
    program("prepare", at: "Sources/Stages/prepare", uses: ["Features", "StageKit"]),
    program("train", at: "Sources/Stages/train", uses: ["Forecasting", "StageKit"]),
    program("register", at: "Sources/Stages/register", uses: ["Registry", "StageKit"]),
    program("predict", at: "Sources/Stages/predict", uses: ["Forecasting", "Charts", "StageKit"]),
    program("pipeline", at: "Sources/pipeline", uses: ["Orchestration", "Numerics", "StageKit"]),

    // Tests: one folder a room, file for file.
    .target(
      name: "TestSupport", dependencies: ["Artifacts", "Chronology"], path: "Tests/TestSupport", swiftSettings: house),
    tests(of: "Numerics"),
    tests(of: "Chronology"),
    tests(of: "Artifacts", uses: ["Chronology"]),
    tests(of: "Configuration", uses: ["Artifacts", "Chronology"]),
    tests(of: "Market", uses: ["Artifacts", "Chronology"]),
    tests(of: "Tensors", uses: ["Numerics"]),
    tests(of: "Features", uses: ["Artifacts", "Chronology", "Numerics", "Tensors"]),
    tests(of: "Networks", uses: ["Artifacts", "Chronology", "Tensors"]),
    tests(of: "Evaluation", uses: ["Chronology", "Numerics", "Tensors"]),
    tests(of: "Forecasting", uses: ["Artifacts", "Chronology", "Evaluation", "Features", "Networks", "Tensors"]),
    tests(of: "Registry", uses: ["Artifacts", "Chronology"]),
    tests(of: "Charts", uses: ["Chronology"]),
    tests(of: "Orchestration", uses: ["Artifacts", "Chronology", "Configuration"]),
    .testTarget(
      name: "PipelineTests",
      dependencies: [
        "TestSupport", "Artifacts", "Chronology", "extract", "prepare", "train", "register", "predict", "pipeline",
      ], path: "Tests/PipelineTests", swiftSettings: house),
  ]
)
