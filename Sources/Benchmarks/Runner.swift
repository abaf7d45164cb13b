internal import Foundation
internal import Records

/// Runs the two programs and reads the JSON they print.
struct Runner {
  let seconds: Double
  let threads: Int
  let python: String?

  /// Steps over which memory must not grow.
  static let growthSteps = 10_000

  func lethe(_ workload: Workload) throws -> StepFigures {
    let settings = (workload.model.settings + workload.overrides).flatMap { ["--set", $0] }
    return try figures(
      executable("lethe"),
      [
        "bench", file(workload.model.experiment), "--json", "--threads",
        "\(workload.threads ?? threads)",
      ]
        + ["--seconds", "\(seconds)"] + settings)
  }

  /// The figures in the memory format that is faster; nil without a Python.
  func pytorch(_ workload: Workload) throws -> StepFigures? {
    guard let python, workload.isCompared else { return nil }
    return try workload.model.functions.map { function in
      try figures(
        python,
        [script, function, "\(seconds)", "\(workload.threads ?? threads)"] + workload.model.sizes
          + (workload.isReduced ? ["autocast=1"] : []))
    }.min { $0.medianMilliseconds < $1.medianMilliseconds }
  }

  /// True where the processor, at the instruction set in use, multiplies numbers of bfloat16.
  func canReducePrecision() -> Bool {
    let arguments = ["check", file("mlp-vae"), "--set", "train.precision=bfloat16"]
    return (try? text(executable("lethe"), arguments)) != nil
  }

  /// Seconds of `lethe run` for as many trials of an arm as there are threads, side by side.
  func sweep(_ experiment: String, arm: String, steps: Int, into folder: String) throws -> Double {
    let start = ContinuousClock.now
    _ = try errors(
      executable("lethe"),
      [
        "run", experiment, "--only", arm, "--seeds", "\(threads)", "--jobs", "\(threads)", "--set",
        "train.steps=\(steps)", "--out", folder,
      ])
    return (ContinuousClock.now - start) / .seconds(1)
  }

  /// The slowest of as many processes of one thread as there are threads, side by side; nil without a Python.
  func pytorchSideBySide(_ function: String) throws -> StepFigures? {
    guard let python else { return nil }
    return try (0..<threads)
      .map { _ in
        try Running(python, [script, function, "\(seconds)", "1"]) { $0.standardOutput = $1 }
      }
      .map { try JSONDecoder().decode(StepFigures.self, from: Data($0.output().utf8)) }
      .max { $0.medianMilliseconds < $1.medianMilliseconds }
  }

  /// Gigaflops of a large product of matrices; nil without a Python.
  func productSpeed() throws -> Double? {
    struct Speed: Decodable { let gigaflops: Double }
    guard let python else { return nil }
    let output = try text(python, [script, "product", "\(seconds)", "\(threads)"])
    return try JSONDecoder().decode(Speed.self, from: Data(output.utf8)).gigaflops
  }

  private let script = "Sources/Benchmarks/pytorch_steps.py"

  /// Megabytes by which the process grew over `growthSteps` steps.
  func residentGrowth() throws -> Double {
    let result = try figures(
      executable("lethe"),
      [
        "bench", file("mlp-gan"), "--json", "--threads", "\(threads)", "--steps",
        "\(Self.growthSteps)",
      ])
    guard let growth = result.residentGrowthMegabytes else {
      throw BenchmarkError("lethe bench --steps printed no resident_growth_mb")
    }
    return growth
  }

  /// Seconds, those of `fld` among them if it is measured, and peak memory of the metrics of three arrays.
  func metrics(
    _ paths: [String], only: String?
  ) throws -> (seconds: Double, ofFLD: Double?, megabytes: Double) {
    var arguments = ["metrics", "--json", "--timing"] + ["--threads", "\(threads)"]
    for (name, path) in zip(["--train", "--holdout", "--generated"], paths) {
      arguments += [name, path]
    }
    let output = try errors(executable("lethe"), arguments + (only.map { ["--only", $0] } ?? []))
    guard let match = output.firstMatch(of: /all: ([0-9.]+) s, peak memory ([0-9.]+) MB/),
      let seconds = Double(match.1), let megabytes = Double(match.2)
    else { throw BenchmarkError("lethe metrics --timing printed no total") }
    let ofFLD = output.firstMatch(of: /(?m)^fld +([0-9.]+) s/).flatMap { Double($0.1) }
    return (seconds, ofFLD, megabytes)
  }

  /// Seconds that the package prdc takes; nil without a Python that has it.
  func prdc(_ training: String, _ generated: String) throws -> Double? {
    guard let python else { return nil }
    let script = """
      import time, numpy, prdc
      sets = [numpy.load(path).astype(float) for path in ("\(training)", "\(generated)")]
      start = time.perf_counter()
      prdc.compute_prdc(*sets, nearest_k=5)
      print(time.perf_counter() - start)
      """
    let output = try? text(python, ["-c", script])
    return output?.split(separator: "\n").last.flatMap { Double($0) }
  }

  private func file(_ experiment: String) -> String { "experiments/bench/\(experiment).yaml" }

  /// A program built beside this one.
  private func executable(_ name: String) -> String {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent(name).path
  }

  private func figures(_ program: String, _ arguments: [String]) throws -> StepFigures {
    try JSONDecoder().decode(StepFigures.self, from: Data(text(program, arguments).utf8))
  }

  /// Returns a program's standard output.
  private func text(_ program: String, _ arguments: [String]) throws -> String {
    try run(program, arguments) { $0.standardOutput = $1 }
  }

  /// Returns a program's standard error, and drops its standard output.
  private func errors(_ program: String, _ arguments: [String]) throws -> String {
    try run(program, arguments) { process, pipe in
      process.standardOutput = FileHandle.nullDevice
      process.standardError = pipe
    }
  }

  private func run(
    _ program: String, _ arguments: [String], _ connect: (Process, Pipe) -> Void
  ) throws -> String {
    try Running(program, arguments, connect).output()
  }
}

/// A program that has been started.
private struct Running {
  private let process = Process()
  private let pipe = Pipe()

  init(
    _ program: String, _ arguments: [String], _ connect: (Process, Pipe) -> Void
  ) throws {
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    connect(process, pipe)
    try process.run()
  }

  /// What it writes, once it has ended.
  func output() throws -> String {
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let program = process.executableURL?.path ?? "a program"
      throw BenchmarkError("\(program) ended with status \(process.terminationStatus)")
    }
    return String(decoding: data, as: UTF8.self)
  }
}

/// A benchmark that could not be run.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// The figures of a sitting, as they are kept in results/bench.
struct Sitting: Codable {
  var lethe: [String: StepFigures] = [:]
  var pytorch: [String: StepFigures] = [:]
  /// Gigaflops of a large product of matrices.
  var productSpeed: Double?
  /// The seed of the sizes that were chosen at random.
  var seed: UInt64

  private enum CodingKeys: String, CodingKey {
    case lethe, pytorch, seed
    case productSpeed = "product_gigaflops"
  }

  /// What made the numbers.
  var madeBy: Provenance? { lethe.values.first?.madeBy }

  /// The instruction set of our kernels, which files are named by.
  var isa: String { madeBy?.machine?.isa.split(separator: ",").first.map(String.init) ?? "unknown" }

  /// Writes the figures and their tables to results/bench.
  ///
  /// - Parameter name: What the files are named by.
  func write(_ tables: String, as name: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let folder = URL(fileURLWithPath: "results/bench")
    try (encoder.encode(self) + Data("\n".utf8))
      .write(to: folder.appending(path: "\(name).json"), options: .atomic)
    try Data(tables.utf8).write(to: folder.appending(path: "\(name).md"), options: .atomic)
  }
}
