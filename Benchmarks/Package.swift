// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "stroma-benchmarks",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "stroma", path: ".."),
    // No traits: without the interposers, what is timed is the program as it is delivered.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Kernels",
      dependencies: [
        .product(name: "Stroma", package: "stroma"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/Kernels",
      swiftSettings: [.enableUpcomingFeature("MemberImportVisibility")],
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
    ),
    .executableTarget(
      name: "Coverage",
      dependencies: [.product(name: "Stroma", package: "stroma")],
      path: "Benchmarks/Coverage",
      swiftSettings: [.enableUpcomingFeature("MemberImportVisibility")]
    ),
  ]
)
