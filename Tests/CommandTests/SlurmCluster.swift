import Foundation

/// A Slurm cluster of one node, started for a test and stopped after it; see `Tests/Slurm/cluster`.
final class SlurmCluster {
  private let folder: URL

  /// True where Slurm is installed, which `make test` takes care of.
  static var isInstalled: Bool {
    ["/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/sbin/munged"]
      .allSatisfy(FileManager.default.isExecutableFile)
  }

  /// Variables that point Slurm's commands at this cluster.
  var environment: [String: String] {
    ["SLURM_CONF": folder.appendingPathComponent("slurm.conf").path]
  }

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lethe-slurm-\(UUID().uuidString.prefix(8))", isDirectory: true)
    try Self.run("start", folder)
  }

  deinit {
    try? Self.run("stop", folder)
    try? FileManager.default.removeItem(at: folder)
  }

  private static func run(_ action: String, _ folder: URL) throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Slurm/cluster")
    let process = Process()
    process.executableURL = script
    process.arguments = [action, folder.path]
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CocoaError(.executableLoad, userInfo: ["script": script.path])
    }
  }

  /// Runs one of Slurm's commands.
  @discardableResult
  func command(_ words: String...) throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self)
  }
}
