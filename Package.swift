// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let kernels: [CSetting] = [
  .enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, exclude: ["README.md"], swiftSettings: swift)
}

/// Tests are not optimised: it doubles the time that they take to compile, and what they wait for is what they test.
func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [])
  -> Target
{
  .testTarget(
    name: name, dependencies: dependencies, resources: resources,
    swiftSettings: swift + [.unsafeFlags(["-Onone"])])
}

let package = Package(
  name: "lethe",
  products: [
    .executable(name: "lethe", targets: ["lethe"]),
    .library(name: "LetheEngine", targets: ["Autodiff", "Execution", "CPU"]),
    .library(name: "LetheLayers", targets: ["Layers", "Specification"]),
    .library(name: "LetheMetrics", targets: ["Metrics", "Scores"]),
    .library(name: "LetheStatistics", targets: ["Statistics"]),
    .library(name: "LetheReports", targets: ["Reports", "Records"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CLAPACK", providers: [.apt(["liblapacke-dev", "libopenblas-pthread-dev"])]),
    .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
    .systemLibrary(name: "CKissFFT", providers: [.apt(["libkissfft-dev"])]),
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(
      name: "CSampleRate", pkgConfig: "samplerate", providers: [.apt(["libsamplerate0-dev"])]),
    .systemLibrary(name: "CSndfile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),
    .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "Kernels", exclude: ["README.md"], cSettings: kernels,
      linkerSettings: [.linkedLibrary("m"), .linkedLibrary("gomp")]),
    .target(name: "Loading", exclude: ["README.md"]),
    .target(
      name: "MetricsKernels", dependencies: ["Kernels"], exclude: ["README.md"],
      cSettings: kernels, linkerSettings: [.linkedLibrary("m")]),
    library("Complaints", []),
    library("Files", [.product(name: "SystemPackage", package: "swift-system")]),
    library("Machine", ["Loading"]),
    library(
      "Processes",
      [
        "Complaints",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    library("Autodiff", []),
    library("Glossary", []),
    library("Specification", []),
    library("Randomness", ["Kernels"]),
    library("Execution", ["Autodiff", "Machine"]),
    library("CPU", ["Autodiff", "COneDNN", "Execution", "Kernels"]),
    library("Reference", ["Autodiff", "Execution", "Kernels"]),
    library("Layers", ["Autodiff", "Complaints", "Glossary", "Specification"]),
    library("Models", ["Autodiff", "Complaints", "Layers", "Specification"]),
    library(
      "Media",
      [
        "CJPEG", "CKissFFT", "CPNG", "CSampleRate", "CSndfile", "CZlib", "Complaints", "Files",
        "Machine", "Randomness",
      ]),
    library(
      "Datasets",
      [
        "CXXHash", "CZlib", "Complaints", "Files", "Machine", "Media", "Randomness",
        "Specification",
      ]),
    library(
      "Metrics",
      [
        "CLAPACK", "Complaints", "Glossary", "Kernels", "MetricsKernels", "Randomness", "Scores",
        "Statistics",
      ]),
    library("Certificate", ["Metrics", "Randomness", "Scores", "Statistics"]),
    library("Experiments", ["Complaints", "Files", "Specification", "Yams"]),
    library("Records", ["Complaints", "Experiments", "Files", "Scores"]),
    library("Scores", []),
    library("Statistics", ["Randomness"]),
    library(
      "Reports",
      [
        "Complaints", "Experiments", "Files", "Glossary", "Machine", "Records", "Scores",
        "Specification", "Statistics", "SwiftCSV",
      ]),
    library(
      "Sweeps",
      [
        "Complaints", "Experiments", "Files", "Processes", "Records",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
    library(
      "Training",
      [
        "Autodiff", "CPU", "Complaints", "Datasets", "Execution", "Experiments", "Glossary",
        "Layers", "Machine", "Media", "Models", "Randomness", "Records", "Reference",
        "Specification",
      ]),
    library(
      "Evaluation",
      [
        "Autodiff", "CPU", "Complaints", "Datasets", "Execution", "Experiments", "Files",
        "Glossary", "Layers", "Media", "Metrics", "Models", "Randomness", "Records", "Scores",
        "Specification", "Statistics", "Training",
      ]),
    library(
      "Trials",
      [
        "CPU", "Complaints", "Datasets", "Evaluation", "Experiments",
        "Files", "Layers", "Media", "Metrics", "Models", "Processes", "Records", "Scores",
        "Specification", "Training",
      ]),
    library(
      "Recipes",
      ["Complaints", "Datasets", "Experiments", "Metrics", "Models", "Specification", "Statistics"]),
    .plugin(name: "CommitPlugin", capability: .buildTool(), path: "Sources/CommitPlugin"),
    .target(
      name: "BuildCommit", exclude: ["README.md"], swiftSettings: swift,
      plugins: ["CommitPlugin"]),
    .plugin(name: "PythonPlugin", capability: .buildTool(), path: "Sources/PythonPlugin"),
    .target(
      name: "PythonReader", exclude: ["README.md", "lethe.py"], swiftSettings: swift,
      plugins: ["PythonPlugin"]),
    .executableTarget(
      name: "lethe",
      dependencies: [
        "BuildCommit", "CPU", "Certificate", "Complaints", "Datasets", "Evaluation", "Experiments",
        "Files",
        "Glossary", "Layers", "Machine", "Metrics", "Processes", "PythonReader", "Recipes",
        "Records",
        "Reports", "Scores",
        "Specification",
        "Statistics",
        "Sweeps", "Training", "Trials",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], exclude: ["README.md"], swiftSettings: swift),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "Datasets", "Media", "Records",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["README.md", "pytorch_steps.py"], swiftSettings: swift),
    .target(
      name: "TestSupport",
      dependencies: ["Autodiff", "CPU", "Execution", "Kernels", "Reference", "Specification"],
      path: "Tests/TestSupport", swiftSettings: swift),
    .target(
      name: "DataSupport",
      dependencies: ["CSndfile", "CZlib", "Complaints", "Datasets", "Files", "Media"],
      path: "Tests/DataSupport", resources: [.copy("Fixtures")], swiftSettings: swift),
    .target(name: "FolderSupport", path: "Tests/FolderSupport", swiftSettings: swift),
    tests("AutodiffTests", ["Autodiff", "TestSupport"]),
    tests("CertificateTests", ["Certificate", "Glossary", "Metrics", "Scores"]),
    tests("CommandTests", ["lethe", "CPU", "CZlib", "DataSupport", "Media"]),
    tests(
      "DatasetsTests",
      [
        "CSndfile", "Complaints", "DataSupport", "Datasets", "Files", "Media", "Randomness",
        "Specification",
      ]),
    tests(
      "ExecutionTests", ["Autodiff", "CPU", "Execution", "Kernels", "Reference", "TestSupport"]),
    tests("GlossaryTests", ["Glossary"]),
    tests("FilesTests", ["Files", "FolderSupport"]),
    tests("KernelsTests", ["Kernels"], resources: [.copy("Fixtures")]),
    tests(
      "LayersTests", ["Autodiff", "Complaints", "Layers", "Specification", "TestSupport"],
      resources: [.copy("Fixtures")]),
    tests(
      "ModelsTests",
      ["Autodiff", "Experiments", "Layers", "Models", "Specification", "TestSupport"],
      resources: [.copy("Fixtures")]),
    tests("MachineTests", ["Machine"]),
    tests("MediaTests", ["Complaints", "DataSupport", "Datasets", "Files", "Media"]),
    tests(
      "MetricsTests", ["Complaints", "Metrics", "Randomness", "Scores"],
      resources: [.copy("Fixtures")]),
    tests(
      "ExperimentsTests",
      ["Complaints", "Experiments", "FolderSupport", "Records", "Specification"],
      resources: [.copy("Fixtures")]),
    tests(
      "RecipesTests",
      [
        "Complaints", "DataSupport", "Datasets", "Evaluation", "Experiments", "Recipes",
        "Specification",
      ]),
    tests(
      "RecordsTests", ["Experiments", "Files", "FolderSupport", "Records", "Scores"],
      resources: [.copy("Fixtures")]),
    tests(
      "ReportsTests",
      ["Complaints", "Experiments", "Glossary", "Records", "Reports", "Statistics"],
      resources: [.copy("Browser")]),
    tests("SpecificationTests", ["Specification"]),
    tests("StatisticsTests", ["Randomness", "Statistics"], resources: [.copy("Fixtures")]),
    tests(
      "SweepsTests",
      ["Complaints", "Experiments", "FolderSupport", "Records", "Specification", "Sweeps"]),
    tests(
      "TrainingTests",
      [
        "Autodiff", "CPU", "Complaints", "DataSupport", "Datasets", "Evaluation", "Execution",
        "Experiments", "Files", "FolderSupport", "Layers", "Media", "Metrics", "Models",
        "Randomness", "Records", "Scores", "Specification", "Statistics", "TestSupport", "Training",
        "Trials",
      ], resources: [.copy("Fixtures")]),
  ]
)

// Only `make docs` needs the plugin.
if Context.environment["LETHE_DOCS"] != nil {
  package.dependencies.append(
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}
