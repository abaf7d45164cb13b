internal import ArgumentParser
internal import Datasets
internal import Foundation
internal import Records
internal import Sweeps
internal import Training

/// Options of every command that reads an experiment file.
struct ExperimentOptions: ParsableArguments {
  @Argument(help: "The experiment file.", completion: .file(extensions: ["yaml", "yml"]))
  var experiment: String

  @Option(name: .customLong("set"), help: "Override a key, such as --set train.steps=100.")
  var overrides: [String] = []

  /// Reads the experiment, and from its data what it leaves to them.
  func load() throws -> Experiment {
    let settled = try Experiment.load(path: experiment, overrides: overrides).settlingExamples()
    if !settled.settled.isEmpty {
      Console.log("note: \(settled.settled.joined(separator: ", ")), as in the data")
    }
    return settled
  }

  /// Reads the experiment's data, shows how far that is, and tells what there is to know of them.
  func loadData(_ experiment: Experiment) throws -> Dataset {
    let display = LoadingDisplay()
    let data = try experiment.loadData { display.show($0, $1) }
    for line in data.news() { Console.log(line) }
    return data
  }
}

/// Which trials of a plan are meant.
struct SweepOptions: ParsableArguments {
  @Option(help: "Only the arms that this glob matches, such as 'generator-*'.")
  var only: String?

  @Option(help: "Seeds of an arm, in the place of the ablation's own number.")
  var seeds: Int?

  mutating func validate() throws {
    if let seeds, !(1...10_000).contains(seeds) {
      throw ValidationError("--seeds: expected 1 to 10000, found \(seeds)")
    }
  }
}

/// The full path of this program, for processes that it starts.
func programPath() throws -> String {
  try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
}

/// Asks before something is deleted; where nobody can be asked it was meant.
func confirmDeletion(of what: String) throws {
  guard Console.isTerminal, isatty(STDIN_FILENO) == 1 else { return }
  Console.ask("Delete \(what)? [y/N]")
  guard readLine()?.lowercased().hasPrefix("y") == true else { throw ExitCode(1) }
}

extension Experiment {
  /// The experiment of an arm, with the first seed, made sure that it can be trained.
  ///
  /// - Throws: `InputError` that names the arm.
  func checked(_ arm: SweepRecord.Arm) throws -> Experiment {
    let trial = try trial(of: arm, seed: seed)
    do {
      try trial.checkModel()
    } catch let error as InputError {
      throw naming(arm, in: error)
    }
    return trial
  }
}

/// Refuses an empty path.
func requireName(_ path: String?, _ option: String, _ expected: String) throws {
  if path?.isEmpty == true {
    throw ValidationError("\(option): expected \(expected), found an empty name")
  }
}

/// How many threads to use.
struct ThreadOptions: ParsableArguments {
  @Option(help: "Threads to use; all cores by default.")
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  mutating func validate() throws {
    guard (1...256).contains(threads) else {
      throw ValidationError("--threads: expected 1 to 256, found \(threads)")
    }
  }
}
