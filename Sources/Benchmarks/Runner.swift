internal import Foundation

/// Runs the two programs and reads the JSON they print.
struct Runner {
  let seconds: Double
  let threads: Int
  let python: String?

  /// Steps over which memory must not grow.
  static let growthSteps = 10_000

  func lethe(_ workload: Workload) throws -> Figures {
    let overrides = workload.overrides.flatMap { ["--set", $0] }
    return try figures(
      executable("lethe"),
      ["bench", file(workload.experiment), "--json"] + measured + ["--seconds", "\(seconds)"]
        + overrides)
  }

  func pytorch(_ name: String) throws -> Figures {
    guard let python else { throw BenchmarkError("PYTORCH is not set") }
    return try figures(
      python, ["Sources/Benchmarks/pytorch_steps.py", name, "\(seconds)", "\(threads)"])
  }

  /// MB that the process grew by over `growthSteps` steps.
  func residentGrowth() throws -> Double {
    let result = try figures(
      executable("lethe"),
      ["bench", file("mlp-gan"), "--json"] + measured + ["--steps", "\(Self.growthSteps)"])
    guard let growth = result.resident_growth_mb else {
      throw BenchmarkError("lethe bench --steps printed no resident_growth_mb")
    }
    return growth
  }

  private var measured: [String] { ["--threads", "\(threads)"] }

  private func file(_ experiment: String) -> String { "experiments/bench/\(experiment).yaml" }

  /// A program built beside this one.
  private func executable(_ name: String) -> String {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent(name).path
  }

  private func figures(_ program: String, _ arguments: [String]) throws -> Figures {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchmarkError("\(program) ended with status \(process.terminationStatus)")
    }
    return try JSONDecoder().decode(Figures.self, from: data)
  }
}

/// A benchmark that could not be run.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// The committed figures, by workload.
enum Records {
  static func read(_ program: String) throws -> [String: Figures] {
    try JSONDecoder().decode([String: Figures].self, from: Data(contentsOf: url(program)))
  }

  static func write(_ figures: [String: Figures], _ program: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try (encoder.encode(figures) + Data("\n".utf8)).write(to: url(program), options: .atomic)
  }

  private static func url(_ program: String) -> URL {
    URL(fileURLWithPath: "results/bench/\(program).json")
  }
}
