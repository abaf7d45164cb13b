import Foundation
import Testing

/// The checks that `make` does before anything is compiled.
@Suite struct MakeTests {
  let workspace = try! Workspace()
  private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// Runs a target with a `swift` that prints the given line as its version; nil for one that cannot run.
  private func make(_ target: String, swift version: String?) throws -> Outcome {
    let line = version.map { "echo '\($0)'" } ?? "exit 127"
    try workspace.write("#!/bin/sh\n\(line)\n", to: "tools/swift")
    _ = try workspace.shell("chmod +x tools/swift")
    workspace.environment["PATH"] = workspace.url("tools").path + ":/usr/bin:/bin"
    return try workspace.shell("make -s -C '\(Self.repository)' \(target)")
  }

  @Test(arguments: [
    (nil, "none"), ("Swift version 5.10.1 (swift-5.10.1-RELEASE)", "5.10.1"),
    ("Apple Swift version 6.1 (swiftlang)", "6.1"), ("something else", "none"),
  ])
  func theToolchainThatIsNeededIsSaid(_ version: String?, _ found: String) throws {
    for target in ["quickstart", "test", "lint", "format", "dist", "portability"] {
      let outcome = try make(target, swift: version)
      #expect(outcome.status == 2 && outcome.output.isEmpty)
      let lines = outcome.errors.split(separator: "\n")
      #expect(
        lines.first?.hasPrefix(
          "error: expected Swift 6.2 or later (6.3.1 is known to work), found \(found): ")
          == true, "\(outcome.errors)")
      // make itself prints the second line.
      #expect(lines.count == 2, "\(outcome.errors)")
    }
  }

  @Test(arguments: ["6.2", "6.2.3", "6.10", "7.0"])
  func newerToolchainsWork(_ version: String) throws {
    #expect(try make("toolchain", swift: "Swift version \(version) (swift-RELEASE)").status == 0)
  }
}
