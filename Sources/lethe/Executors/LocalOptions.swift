internal import FoundationEssentials
internal import ArgumentParser
internal import Machine
internal import Records
internal import Sweeps

/// `--executor local`: processes of this machine, side by side.
struct LocalOptions: ExecutorOptions {
  static let name = "local"
  static let optionNames: String? = "--jobs and --hang-after"

  @Option(help: "Trials side by side; one a core by default.")
  var jobs: Int?

  @Option(help: "Minutes without a sign of life after which a trial is killed; 60 by default.")
  var hangAfter: Double?

  mutating func validate() throws {
    try requireJobs(jobs)
    if let hangAfter, !(hangAfter > 0 && hangAfter < 1e6) {
      throw ValidationError("--hang-after: expected minutes above 0, found \(hangAfter)")
    }
  }

  var isGiven: Bool { jobs != nil || hangAfter != nil }

  func executor(for runner: TrialRunner) throws -> any Executor {
    try LocalExecutor(for: runner, jobs: jobs, hangAfter: hangAfter)
  }
}

extension LocalExecutor {
  /// Number of files that this process has open for each running trial.
  private static let filesOfTrial = 4

  /// Makes an executor that runs `lethe train` in processes, as many as fit in memory.
  ///
  /// - Parameters:
  ///   - jobs: Trials side by side; nil for one a core, or fewer where a trial has several threads.
  ///   - hangAfter: Minutes without a sign of life after which a trial is killed; nil for 60.
  init(for runner: TrialRunner, jobs: Int?, hangAfter: Double? = nil) throws {
    let threads = try runner.threads
    try Memory.require(threads: threads)
    let memory = try SweepEstimate(
      runner.experiment, arms: runner.run.plan.arms, threads: threads, isTimed: false,
      ArmData()
    ).memoryBytes
    var limits = LocalExecutor.Limits(jobs: jobs, silence: .seconds((hangAfter ?? 60) * 60))
    if threads > 1, jobs == nil { limits.jobs = max(1, limits.jobs / threads) }
    try OpenFiles.require(more: Lethe.openFiles + Self.filesOfTrial * limits.jobs)
    let (results, training) = (runner.run.results, runner.training)
    let program = try programPath()
    let options =
      (training.threads.map { ["--threads", "\($0)"] } ?? [])
      + (training.strict ? ["--strict"] : [])
    self.init(limits: limits, memoryBytes: { _ in memory }) { trial in
      [
        program, "train", results.experiment.path, "--out", results.url.path, "--trial",
        trial.folder, "--watch-parent",
      ] + options
    }
  }
}
