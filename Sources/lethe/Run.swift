internal import Experiments
internal import Files
internal import ArgumentParser
internal import Foundation
internal import Records
internal import Reports
internal import Sweeps
internal import Evaluation
internal import Training
internal import Trials

/// `lethe run`: every trial of an ablation, from where it was left, and then the report.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run every trial of an ablation that is not finished, then write the report.")

  @OptionGroup var options: ExperimentOptions
  @OptionGroup var selection: SweepOptions
  @OptionGroup var training: TrialOptions
  @OptionGroup var slurm: SlurmOptions

  @Option(help: "The results folder; results/<name> by default.", completion: .directory)
  var out: String?

  @Option(help: "Trials side by side; one a core by default.")
  var jobs: Int?

  @Option(help: "Minutes without a sign of life after which a trial is killed; 60 by default.")
  var hangAfter: Double?

  @Option(help: "How trials are run: \(ExecutorChoice.names).")
  var executor: ExecutorChoice = .local

  @Flag(help: "Run trials again that failed.")
  var retryFailed = false

  @Flag(help: "Print what would be run, and run nothing.")
  var dryRun = false

  @Flag(help: "Start over and lose what the trials have; asks first on a terminal.")
  var fresh = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  mutating func validate() throws {
    try requireName(out, "--out", "a folder")
    try requireJobs(jobs)
    if let hangAfter, !(hangAfter > 0 && hangAfter < 1e6) {
      throw ValidationError("--hang-after: expected minutes above 0, found \(hangAfter)")
    }
    if executor != .local, jobs != nil || hangAfter != nil {
      throw ValidationError("--jobs and --hang-after are for --executor local")
    }
    if executor == .slurm, training.threads != nil {
      throw ValidationError("--threads: with --executor slurm, --slurm-cpus says it")
    }
    if executor != .slurm, slurm.isGiven {
      throw ValidationError("--wait and --slurm-… are for --executor slurm")
    }
  }

  func run() async throws {
    let experiment = try options.load()
    let plan = try SweepRecord(
      experiment, overrides: options.overrides, seeds: selection.seeds)
    let run = SweepRun(plan, in: ResultsFolder(for: experiment, chosen: out))
    try experiment.checkClaimMetrics()
    try experiment.check(plan.arms)
    _ = try run.selected(selection.only)
    if dryRun { return try printDue(run) }
    _ = try SweepRecord.read(from: run.results.sweep)
    let checks = TrialChecks(run, experiment, training, startingOver: fresh)
    try checks.checkSteps()
    try checks.checkData()
    let runner = TrialRunner(
      run: run, experiment: experiment, training: training, jobs: jobs, hangAfter: hangAfter)
    let isDue = try fresh || !due(run).isEmpty
    try checks.checkProvenance(isTraining: isDue)
    // It reads the data: what is wrong with them must show before anything is written.
    let executor = isDue ? try chosenExecutor(runner) : nil
    try run.results.create()
    let lock = try FolderLock(run.results.url)
    defer { withExtendedLifetime(lock) {} }
    try run.results.removeTemporaries()
    try await checkQueue(run.results)
    try confirmFresh(run)
    let due = try due(run)
    checks.tellProblems(of: due)
    try run.prepare(given: Array(Data(contentsOf: URL(fileURLWithPath: options.experiment))))
    if let executor, !due.isEmpty {
      try await runner(due, by: executor)
      if self.executor == .slurm, !slurm.wait { return }
    }
    try finish(run, ran: due)
  }

  private func due(_ run: SweepRun) throws -> [SweepRecord.Trial] {
    try run.due(only: selection.only, retryingFailed: retryFailed)
  }

  // MARK: Before

  private func printDue(_ run: SweepRun) throws {
    let due = try due(run)
    for trial in due { print("\(trial.folder)  \(run.state(trial).rawValue)") }
    print("\(due.count) of \(run.plan.trials.count) trials would be run")
  }

  /// Refuses a folder whose trials are in a cluster's queue.
  private func checkQueue(_ results: ResultsFolder) async throws {
    guard let job = try SlurmJob.read(from: results), let tasks = try? await job.tasks(),
      !tasks.isEmpty
    else { return }
    Console.error(
      "\(results.url.path): its trials are in the queue as job \(job.array); lethe status tells how far they are, "
        + "lethe cancel stops them")
    throw ExitCode(1)
  }

  private func confirmFresh(_ run: SweepRun) throws {
    guard fresh else { return }
    let folders = run.plan.trials.map { run.folder($0).url }
      .filter { FileManager.default.fileExists(atPath: $0.path) }
    if folders.isEmpty { return }
    try confirmDeletion(of: "\(folders.count) trials in \(run.results.trialsFolder.path)")
    for folder in folders { try FileManager.default.removeItem(at: folder) }
  }

  private func chosenExecutor(_ runner: TrialRunner) throws -> any Executor {
    switch executor {
    case .local: try runner.local()
    case .inProcess: try runner.inProcess()
    case .slurm:
      SlurmExecutor(
        program: try programPath(), options: try slurm.apply(to: runner.experiment.slurm),
        isStrict: training.strict, waits: slurm.wait)
    }
  }

  // MARK: After

  private func finish(_ run: SweepRun, ran: [SweepRecord.Trial]) throws {
    let counts = run.counts()
    let finished = counts[.finished] ?? 0
    let failed = counts[.failed] ?? 0
    let total = run.plan.trials.count
    if ran.isEmpty {
      Console.log(
        failed == 0 && finished == total
          ? "all \(total) trials are finished: nothing to do (--fresh starts over)"
          : "nothing to do: \(finished) of \(total) trials are finished, \(failed) failed"
            + (failed > 0 ? " (--retry-failed runs those again)" : ""))
    }
    let isStopped = Interruption.isRequested
    if isStopped {
      Console.log("stopped; the same command goes on from here")
    } else if failed > 0, !ran.isEmpty {
      Console.log("\(failed) trials failed; --retry-failed runs them again")
    }
    if !isStopped {
      let report = try Report(reading: run.results)
      try report.write()
      if !json { print(report.summary()) }
    }
    if json {
      try printJSON(
        Result(
          name: run.plan.name, results: run.results.url.path,
          trials: Dictionary(
            uniqueKeysWithValues: TrialState.allCases.map { ($0.rawValue, counts[$0] ?? 0) }),
          report: isStopped ? nil : run.results.report.path))
    } else if !isStopped {
      print("report: \(run.results.report.path)")
    }
    let isComplete = ran.allSatisfy { run.state($0) == .finished }
    if isStopped || failed > 0 || !isComplete { throw ExitCode(1) }
  }

  private struct Result: Encodable {
    let name, results: String
    let trials: [String: Int]
    let report: String?
  }
}

/// The ways to run trials, as they are named on the command line.
enum ExecutorChoice: String, ExpressibleByArgument, CaseIterable {
  case local
  case inProcess = "in-process"
  case slurm

  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
