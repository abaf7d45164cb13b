internal import Experiments
internal import Complaints
internal import ArgumentParser
internal import CPU
internal import Datasets
internal import Foundation
internal import Machine
internal import Records
internal import Sweeps
internal import Evaluation
internal import Training
internal import Trials

/// Options of every command that reads an experiment file.
struct ExperimentOptions: ParsableArguments {
  @Argument(help: "The experiment file.", completion: .file(extensions: ["yaml", "yml"]))
  var experiment: String

  @Option(name: .customLong("set"), help: "Override a key, such as --set train.steps=100.")
  var settings: [String] = []

  /// The overrides given with `--set`.
  ///
  /// - Throws: `InputError` for a text that is not `KEY=VALUE`.
  var overrides: [Override] { get throws { try settings.map(Override.init(parsing:)) } }

  /// Reads the experiment, and settles from its data the keys that it leaves to them, such as `data.size`.
  /// Logs the settled keys, and the keys of the file that `--set` leaves without effect.
  func load() throws -> Experiment {
    let experiment = try Experiment.load(path: experiment, overrides: overrides)
    for note in experiment.notes { Console.log("note: \(note)") }
    let settled = try experiment.settlingExamples()
    if !settled.settled.isEmpty {
      Console.log("note: \(settled.settled.map(\.text).joined(separator: ", ")), as in the data")
    }
    return settled
  }
}

/// Reads an experiment's data and shows the progress.
///
/// - Parameter telling: True to log notes about the data and skipped files.
func loadData(_ experiment: Experiment, telling: Bool = true) throws -> Dataset {
  let display = LoadingDisplay()
  defer { display.end() }
  let data = try experiment.loadData { display.show($0, $1) }
  if telling { for line in data.news() { Console.log(line) } }
  return data
}

/// Options that choose trials of a plan.
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

/// Asks before something is deleted. Without a terminal nobody can be asked, and the deletion goes ahead.
///
/// - Throws: `ExitCode` unless the answer begins with y.
func confirmDeletion(of what: String) throws {
  guard Console.isTerminal, isatty(STDIN_FILENO) == 1 else { return }
  Console.ask("Delete \(what)? [y/N]")
  guard readLine()?.lowercased().hasPrefix("y") == true else { throw ExitCode(1) }
}

extension Experiment {
  /// Makes sure that arms can be trained, and logs keys of the file that they leave without effect.
  ///
  /// - Throws: `InputError` that names the arm.
  func check(_ arms: [SweepRecord.Arm]) throws {
    var told: Set<String> = []
    for arm in arms {
      let trial = try trial(of: arm, seed: seed)
      try arm.named { try trial.checkModel() }
      for note in trial.notes where told.insert(note).inserted {
        Console.log("note: arm \(arm.name): \(note)")
      }
    }
  }
}

/// Refuses an empty path.
func requireName(_ path: String?, _ option: String, _ expected: String) throws {
  if path?.isEmpty == true {
    throw ValidationError("\(option): expected \(expected), found an empty name")
  }
}

/// Refuses numbers of simultaneous trials outside 1 to 1024.
func requireJobs(_ jobs: Int?) throws {
  if let jobs, !(1...1024).contains(jobs) {
    throw ValidationError("--jobs: expected 1 to 1024, found \(jobs)")
  }
}

/// The option for the number of threads.
struct ThreadOptions: ParsableArguments {
  @Option(help: "Threads to use; all cores by default.")
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  mutating func validate() throws { try requireThreads(threads) }

  /// Makes sure that the threads can get the memory to work. Must be called before anything is computed.
  func checkMemory() throws { try Memory.require(threads: threads) }
}

/// The option for what computes training steps and samples.
struct ComputerOption: ParsableArguments {
  private enum Computer: String, CaseIterable {
    case cpu, reference
  }

  @Option(
    name: .customLong("backend"),
    help: .init(
      "What computes: cpu, or reference, an interpreter for checking that is about a hundred times slower.",
      valueName: "name"), transform: choice(named:))
  private var computer = Computer.cpu

  /// The back end, with the processor's convolutions in some form.
  ///
  /// - Parameter forms: Nil for the fastest by the sizes.
  func backend(_ forms: ConvolutionChoice?) -> BackendChoice {
    // Measured forms come from the table of the results folder, and count for more than what the sizes tell.
    computer == .reference
      ? .reference : .processor(forms == .measured ? .fastest : forms ?? .fastest)
  }

  /// Refuses `--forms` for a back end that has one form of everything.
  func requireForms() throws {
    guard computer == .cpu else {
      throw ValidationError("--forms: expected --backend cpu, found \(computer)")
    }
  }
}

/// The option for the forms of convolutions.
struct FormsOption: ParsableArguments {
  @Option(
    help: .init(
      """
      How the processor computes convolutions: direct, winograd where there is such a form, fastest, which of both takes \
      less time by the sizes, or measured, which is fastest when tried.
      """, valueName: "name"), transform: choice(named:))
  var forms: ConvolutionChoice?
}

/// The options for the back end that computes training steps and samples.
struct BackendOptions: ParsableArguments {
  @OptionGroup private var computer: ComputerOption
  @OptionGroup private var option: FormsOption

  /// The choice of forms; nil where none was asked for.
  var forms: ConvolutionChoice? { option.forms }

  mutating func validate() throws { if forms != nil { try computer.requireForms() } }

  /// The back end that the options name.
  var backend: BackendChoice { computer.backend(forms) }
}

/// Reads a name of a choice.
@Sendable func choice<Choice: CaseIterable & RawRepresentable<String>>(
  named name: String
) throws -> Choice {
  if let choice = Choice(rawValue: name) { return choice }
  let names = Choice.allCases.map(\.rawValue).joined(separator: " or ")
  throw ValidationError("expected \(names), found \(name)")
}

/// Options of a training that are not part of the experiment.
struct TrialOptions: ParsableArguments {
  @Option(
    help: """
      Threads of a trial; by default train.threads, else what it was started with, else 1 in an ablation \
      and all cores otherwise.
      """)
  var threads: Int?

  @Flag(
    help:
      "Refuse trials that were made by another program, or on another kind of machine, than this.")
  var strict = false

  mutating func validate() throws { try threads.map(requireThreads) }

  /// Makes sure that the threads of a trial can get the memory to work. Must be called before anything is computed.
  func checkMemory(_ experiment: Experiment) throws {
    try Memory.require(threads: experiment.threads(asked: threads))
  }
}

private func requireThreads(_ threads: Int) throws {
  let counts = Experiment.Train.threadCounts
  guard counts.contains(threads) else {
    throw ValidationError(
      "--threads: expected \(counts.lowerBound) to \(counts.upperBound), found \(threads)")
  }
}
