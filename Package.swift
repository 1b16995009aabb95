// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.enableUpcomingFeature("MemberImportVisibility")]
let parser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let sqlite = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let package = Package(
  name: "stroma",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "stroma", targets: ["stroma"]),
    .library(
      name: "Stroma",
      targets: ["Substrate", "Science", "Simulation", "Scenario", "Campaign"]
    ),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // Substrate: cores, chance, arithmetic that gives the same bits everywhere.
    .target(
      name: "Substrate",
      dependencies: ["CStencil"],
      swiftSettings: strict + [.enableExperimentalFeature("Lifetimes")]
    ),
    // CStencil: the innermost loops of the fields, for every width of registers.
    .target(name: "CStencil"),
    // CCells: the laws of cells on a grid for sixteen cells at a time, for every width of registers.
    .target(name: "CCells"),
    // CLAPACK: prototypes of the BLAS and LAPACK routines in use.
    .systemLibrary(
      name: "CLAPACK",
      providers: [.apt(["libblas-dev", "liblapack-dev"])]
    ),
    // Science: the equations of fields, cells, body and treatment. No files, no threads.
    .target(name: "Science", dependencies: ["Substrate", "CCells"], swiftSettings: strict),
    // Simulation: one run, its step, its ledger, what is observed and recorded.
    .target(
      name: "Simulation",
      dependencies: ["Substrate", "Science", crypto],
      swiftSettings: strict
    ),
    // Scenario: YAML to a validated experiment: units, strict keys, provenance, presets.
    .target(
      name: "Scenario",
      dependencies: ["Substrate", "Science", "Simulation", yams],
      swiftSettings: strict
    ),
    // Campaign: many runs at once.
    .target(
      name: "Campaign",
      dependencies: ["Substrate", "Science", "Simulation", "Scenario", "CLAPACK", sqlite],
      swiftSettings: strict
    ),
    // stroma: the command line.
    .executableTarget(
      name: "stroma",
      dependencies: ["Substrate", "Simulation", "Scenario", "Campaign", parser],
      swiftSettings: strict
    ),

    // Naive oracles in double precision, for the tests of every implementation.
    .target(
      name: "Reference",
      dependencies: ["Substrate", "Science"],
      path: "Tests/Reference",
      swiftSettings: strict
    ),
    // The hash of every table of the project's scenarios and campaigns.
    .target(
      name: "KeptTables",
      dependencies: ["Simulation"],
      path: "Tests/KeptTables",
      exclude: ["tables.csv"],
      swiftSettings: strict
    ),
    // Counts what a thread takes from the heap; for the tests that forbid it.
    .target(name: "CountingAllocator", path: "Tests/CountingAllocator"),
    .testTarget(name: "ArchitectureTests"),
    .testTarget(
      name: "SubstrateTests",
      dependencies: ["Substrate", "CLAPACK"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ScienceTests",
      dependencies: ["Substrate", "CCells", "Science", "Reference", "CountingAllocator"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "SimulationTests",
      dependencies: ["Substrate", "Science", "Simulation"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ScenarioTests",
      dependencies: ["Substrate", "Science", "Simulation", "Scenario", "Campaign", "KeptTables"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "FirstTimeTests",
      dependencies: ["Substrate", "Science", "Simulation", "Scenario", "Campaign"],
      path: "Tests/FirstTime",
      exclude: ["README.md", "Questions"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "CampaignTests",
      dependencies: ["Substrate", "Science", "Simulation", "Scenario", "Campaign", "KeptTables"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "CommandTests",
      dependencies: ["stroma", "Substrate", "Science", "Simulation", "Scenario", "Campaign"],
      swiftSettings: strict
    ),
  ]
)
