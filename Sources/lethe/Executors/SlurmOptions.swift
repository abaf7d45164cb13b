internal import Experiments
internal import ArgumentParser
internal import Records
internal import Sweeps

/// `--executor slurm`: options that replace keys of the file's `slurm` section.
struct SlurmOptions: ExecutorOptions {
  static let name = "slurm"
  static let optionNames: String? = "--wait and --slurm-…"

  @Option(name: .customLong("slurm-partition"), help: "Slurm: the partition.")
  var partition: String?

  @Option(name: .customLong("slurm-account"), help: "Slurm: the account.")
  var account: String?

  @Option(name: .customLong("slurm-time"), help: "Slurm: the time limit of a task.")
  var time: String?

  @Option(name: .customLong("slurm-memory"), help: "Slurm: the memory of a task, such as 2G.")
  var memory: String?

  @Option(
    name: .customLong("slurm-cpus"), help: "Slurm: processors of a task, and threads of its trial.")
  var cpus: Int?

  @Option(name: .customLong("slurm-running"), help: "Slurm: tasks that may run at a time.")
  var running: Int?

  @Flag(help: "Slurm: wait until all trials have left the queue.")
  var wait = false

  var isGiven: Bool {
    wait || [partition, account, time, memory].contains { $0 != nil } || cpus != nil
      || running != nil
  }

  var leavesTrialsRunning: Bool { !wait }

  func check(_ training: TrialOptions) throws {
    guard training.threads == nil else {
      throw ValidationError("--threads: with --executor slurm, --slurm-cpus says it")
    }
  }

  func executor(for runner: TrialRunner) throws -> any Executor {
    SlurmExecutor(
      program: try programPath(), options: try apply(to: runner.experiment.slurm),
      isStrict: runner.training.strict, waits: wait)
  }

  static func submission(of results: ResultsFolder) throws -> (any Submission)? {
    try SlurmJob.read(from: results)
  }

  /// The file's settings with the given options in their place, which are checked as the file's are.
  private func apply(to options: Experiment.Slurm) throws -> Experiment.Slurm {
    var options = options
    let words: [(Experiment.Slurm.Word, String?)] = [
      (.partition, partition), (.account, account), (.time, time), (.memory, memory),
    ]
    for (word, value) in words {
      guard let value, !word.accepts(value) else { continue }
      throw ValidationError(
        "--slurm-\(word.rawValue): expected \(word.expected), found \(value)")
    }
    let numbers: [(String, Int?, ClosedRange<Int>)] = [
      ("cpus", cpus, Experiment.Train.threadCounts),
      ("running", running, Experiment.Slurm.runningCounts),
    ]
    for (name, number, range) in numbers {
      guard let number, !range.contains(number) else { continue }
      throw ValidationError(
        "--slurm-\(name): expected \(range.lowerBound) to \(range.upperBound), found \(number)")
    }
    options.partition = partition ?? options.partition
    options.account = account ?? options.account
    options.time = time ?? options.time
    options.memory = memory ?? options.memory
    options.cpus = cpus ?? options.cpus
    options.running = running ?? options.running
    return options
  }
}
