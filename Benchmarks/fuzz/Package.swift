// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "stroma-fuzz",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "stroma", path: "../..")],
  targets: [
    .executableTarget(
      name: "Fuzz",
      dependencies: [.product(name: "Stroma", package: "stroma")],
      path: "Sources",
      swiftSettings: [
        .enableUpcomingFeature("MemberImportVisibility"), .unsafeFlags(["-parse-as-library"]),
      ]
    )
  ]
)
