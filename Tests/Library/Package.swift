// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Example",
  dependencies: [.package(name: "lethe", path: "../..")],
  targets: [
    .executableTarget(
      name: "Example",
      dependencies: [
        .product(name: "LetheEngine", package: "lethe"),
        .product(name: "LetheLayers", package: "lethe"),
        .product(name: "LetheMetrics", package: "lethe"),
        .product(name: "LetheReports", package: "lethe"),
        .product(name: "LetheStatistics", package: "lethe"),
      ])
  ]
)
