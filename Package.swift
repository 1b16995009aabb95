// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.enableUpcomingFeature("MemberImportVisibility")]
let parser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let sqlite = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

// The rooms of science, bottom to top.
let rooms: [Target.Dependency] = ["Vocabulary", "Laws", "Fields", "Body", "Agents", "Matter"]
// A run, what is read of it, and what is written.
let run: [Target.Dependency] = ["Files", "Simulation", "Observations", "Recording"]

let package = Package(
  name: "stroma",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "stroma", targets: ["stroma"]),
    .library(
      name: "Stroma",
      targets: [
        "Stroma", "Substrate", "Vocabulary", "Laws", "Fields", "Body", "Agents", "Matter", "Files",
        "Simulation", "Observations", "Recording", "Scenario", "Campaign", "Report",
      ]
    ),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", exact: "1.5.0"),
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
    // Vocabulary: what all rooms of science speak of: factors, species, grids, responses.
    .target(name: "Vocabulary", swiftSettings: strict),
    // Laws: equations of one number or a few. No state, no loops.
    .target(name: "Laws", dependencies: ["Substrate", "Vocabulary"], swiftSettings: strict),
    // Fields: factors that diffuse, decay and are exchanged on a grid.
    .target(name: "Fields", dependencies: ["Substrate", "Vocabulary"], swiftSettings: strict),
    // Body: the host, its circulation, and what is given to it.
    .target(
      name: "Body",
      dependencies: ["Substrate", "Vocabulary", "Laws"],
      swiftSettings: strict
    ),
    // Agents: cells of the product and of the host, on grids and off them.
    .target(
      name: "Agents",
      dependencies: ["Substrate", "CCells", "Vocabulary", "Laws", "Fields", "Body"],
      swiftSettings: strict
    ),
    // Matter: the tissue of a grid, injured, scarred, with vessels and a tumour.
    .target(
      name: "Matter",
      dependencies: ["Substrate", "Vocabulary", "Laws", "Fields", "Agents"],
      swiftSettings: strict
    ),
    // Files: tables, digests, and directories whose files are whole or not there.
    .target(name: "Files", dependencies: [crypto], swiftSettings: strict),
    // Simulation: one run, its step, its ledger, its checkpoints.
    .target(
      name: "Simulation",
      dependencies: rooms + ["Substrate", "Files", crypto],
      swiftSettings: strict
    ),
    // Observations: what is read of a run: quantities, endpoints, the laboratory.
    .target(
      name: "Observations",
      dependencies: rooms + ["Substrate", "Files", "Simulation"],
      swiftSettings: strict
    ),
    // Recording: the tables of a run.
    .target(
      name: "Recording",
      dependencies: rooms + ["Substrate", "Files", "Simulation", "Observations"],
      swiftSettings: strict
    ),
    // Scenario: YAML to a validated experiment: units, strict keys, provenance, presets.
    .target(
      name: "Scenario",
      dependencies: rooms + run + ["Substrate", yams],
      swiftSettings: strict
    ),
    // Campaign: many runs at once.
    .target(
      name: "Campaign",
      dependencies: rooms + run + ["Substrate", "Scenario", "CLAPACK", sqlite],
      swiftSettings: strict
    ),
    // CPage: what every report carries: the library of charts, template, style and script.
    .target(name: "CPage", exclude: ["parts"]),
    // Report: figures and pages made from the files of runs and campaigns.
    .target(
      name: "Report",
      dependencies: rooms + run + ["Substrate", "Scenario", "Campaign", "CPage", mustache],
      swiftSettings: strict
    ),
    // Stroma: all modules by one import, for programs that use the simulator as a library.
    .target(
      name: "Stroma",
      dependencies: rooms + run + ["Substrate", "Scenario", "Campaign", "Report"],
      path: "Sources/Library",
      swiftSettings: strict
    ),
    // Manual: the documentation of the program, without code.
    .target(name: "Manual", swiftSettings: strict),
    // stroma: the command line.
    .executableTarget(
      name: "stroma",
      dependencies: run + ["Substrate", "Scenario", "Campaign", "Report", parser],
      swiftSettings: strict
    ),

    // Naive oracles in double precision, for the tests of every implementation.
    .target(
      name: "Reference",
      dependencies: rooms + ["Substrate"],
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
      dependencies: rooms + ["Substrate", "CCells", "Reference", "CountingAllocator"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "SimulationTests",
      dependencies: rooms + run + ["Substrate"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ScenarioTests",
      dependencies: rooms + run + ["Substrate", "Scenario", "Campaign", "KeptTables", "Reference"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "FirstTimeTests",
      dependencies: rooms + run + ["Substrate", "Scenario", "Campaign"],
      path: "Tests/FirstTime",
      exclude: ["README.md", "Questions"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "CampaignTests",
      dependencies: rooms + run + ["Substrate", "Scenario", "Campaign", "KeptTables"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ReportTests",
      dependencies: rooms + run + ["Substrate", "Scenario", "Campaign", "Report"],
      exclude: ["Questions.md"],
      swiftSettings: strict
    ),
    .testTarget(name: "LibraryTests", dependencies: ["Stroma"], swiftSettings: strict),
    .testTarget(
      name: "CommandTests",
      dependencies: rooms + run + ["stroma", "Substrate", "Scenario", "Campaign"],
      exclude: ["Export", "Schema"],
      swiftSettings: strict
    ),
  ]
)
