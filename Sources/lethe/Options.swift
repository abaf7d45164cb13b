internal import ArgumentParser
internal import Datasets
internal import Foundation
internal import Records
internal import Training

/// Options of every command that reads an experiment file.
struct ExperimentOptions: ParsableArguments {
  @Argument(help: "The experiment file.", completion: .file(extensions: ["yaml", "yml"]))
  var experiment: String

  @Option(name: .customLong("set"), help: "Override a key, such as --set train.steps=100.")
  var overrides: [String] = []

  /// Reads the experiment.
  func load() throws -> Experiment { try Experiment.load(path: experiment, overrides: overrides) }

  /// Reads the experiment's data, and shows how far that is.
  func loadData(_ experiment: Experiment) throws -> Dataset {
    let display = LoadingDisplay()
    return try experiment.loadData { display.show($0, $1) }
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
