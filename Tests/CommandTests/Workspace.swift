import Foundation
import Testing

/// Status and output of a finished process.
struct Outcome {
  let status: Int32
  let output: String
  let errors: String
}

/// A temporary folder in which tests run `lethe` as users do; removed at the end.
final class Workspace {
  let folder: URL
  /// Environment variables for `lethe`, added to those of the tests.
  var environment: [String: String] = [:]

  /// An experiment that trains in about a tenth of a second.
  static let tiny = """
    name: tiny
    data: {source: shapes, size: 8, channels: 1, holdout: 0}
    model: {family: gan, backbone: mlp, latent: 4, hidden: [8], norm: none, minibatch_stddev: false}
    train: {steps: 40, batch: 8, sample_every: 20, checkpoint_every: 10}
    metrics: {samples: 3, features: pixels}

    """

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lethe-command-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try write(Self.tiny, to: "tiny.yaml")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The built program, which lies beside the tests.
  static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("lethe")

  func url(_ path: String) -> URL { folder.appendingPathComponent(path) }

  func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }

  func write(_ data: Data, to path: String) throws {
    let file = url(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  func data(_ path: String) throws -> Data { try Data(contentsOf: url(path)) }

  func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// Names in a folder, hidden ones included, in order.
  func names(in path: String = "") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: url(path).path)) ?? []).sorted()
  }

  /// The only trial in a results folder, as a path in this workspace.
  func trial(in results: String = "results/tiny") throws -> String {
    let names = names(in: results + "/trials")
    try #require(names.count == 1, "\(names)")
    return "\(results)/trials/\(names[0])"
  }

  // MARK: Processes

  /// Waits until a condition holds, or for `seconds` at most.
  func wait(atMost seconds: Double = 20, until condition: () throws -> Bool) rethrows {
    let start = ContinuousClock.now
    while try !condition(), ContinuousClock.now - start < .seconds(seconds) { usleep(5000) }
  }

  /// Runs `lethe` to its end.
  @discardableResult
  func lethe(_ arguments: String...) throws -> Outcome { try run(Self.program.path, arguments) }

  func lethe(_ arguments: [String]) throws -> Outcome { try run(Self.program.path, arguments) }

  /// Runs a line of shell in which `$LETHE` is the program.
  func shell(_ line: String) throws -> Outcome { try run("/bin/sh", ["-c", line]) }

  private func run(_ program: String, _ arguments: [String]) throws -> Outcome {
    let running = try start(program, arguments)
    return try running.wait()
  }

  /// Processes that train trials of a results folder of this workspace.
  func trialProcesses(in results: String) -> [pid_t] {
    let path = url(results).resolvingSymlinksInPath().path
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { pid_t($0) }.filter { process in
      let line = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(process)/cmdline"))) ?? Data()
      let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      return words.contains("--trial") && words.contains { $0.hasPrefix(path + "/") }
    }
  }

  /// Files of trials that must not depend on how the trials were run, by path.
  func numbers(in results: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for trial in names(in: results + "/trials") {
      for file in [
        "checkpoint.safetensors", "metrics.json", "log.jsonl", "nearest.csv", "config.yaml",
      ] {
        files["\(trial)/\(file)"] = try data("\(results)/trials/\(trial)/\(file)")
      }
    }
    return files
  }

  /// Starts `lethe` without waiting for its end.
  func start(_ arguments: String...) throws -> Running { try start(Self.program.path, arguments) }

  func start(_ arguments: [String]) throws -> Running { try start(Self.program.path, arguments) }

  private func start(_ program: String, _ arguments: [String]) throws -> Running {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment
      .merging(["LETHE": Self.program.path]) { $1 }.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    return try Running(process)
  }
}

/// A process whose output goes to files, so that no full pipe can stop it.
final class Running {
  private let process: Process
  private let folder: URL

  init(_ process: Process) throws {
    self.process = process
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lethe-output-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in ["out", "err"] { try Data().write(to: folder.appendingPathComponent(name)) }
    process.standardOutput = try FileHandle(forWritingTo: folder.appendingPathComponent("out"))
    process.standardError = try FileHandle(forWritingTo: folder.appendingPathComponent("err"))
    try process.run()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var isRunning: Bool { process.isRunning }

  /// The name by which the system lists the process.
  var listedName: String {
    let file = "/proc/\(process.processIdentifier)/comm"
    return ((try? String(contentsOfFile: file, encoding: .utf8)) ?? "")
      .trimmingCharacters(in: .newlines)
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits until standard error holds a text, or the process has ended.
  func waitForErrors(_ text: String) {
    while process.isRunning, !read("err").contains(text) { usleep(5000) }
  }

  /// Status, or the negated number of the signal that ended the process.
  func wait() throws -> Outcome {
    process.waitUntilExit()
    let status = process.terminationStatus
    return Outcome(
      status: process.terminationReason == .uncaughtSignal ? -status : status,
      output: read("out"), errors: read("err"))
  }

  private func read(_ name: String) -> String {
    (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)) ?? ""
  }
}
