public import Experiments
internal import Files
internal import Foundation
public import Records

/// Hands trials to Slurm: one array job over them, and a job that writes the report after it.
public struct SlurmExecutor: Executor {
  private let program: String
  private let options: Experiment.Slurm
  private let isStrict: Bool
  private let waits: Bool

  /// Describes the submission.
  ///
  /// - Parameters:
  ///   - program: `lethe`, by a full path that is the same on the nodes.
  ///   - options: Requests to the scheduler.
  ///   - isStrict: True to refuse a trial with another program, or on another kind of machine, than it began with.
  ///   - waits: True to wait until the array has left the queue.
  public init(
    program: String, options: Experiment.Slurm, isStrict: Bool = false, waits: Bool = false
  ) {
    self.program = program
    self.options = options
    self.isStrict = isStrict
    self.waits = waits
  }

  /// Submits both jobs, and waits for them if that was asked for.
  ///
  /// - Throws: `SlurmError`, `FileError`. If one of the jobs cannot be submitted, neither is left in the queue.
  public func run(
    _ trials: [SweepRecord.Trial], of run: SweepRun,
    shouldStop: @escaping @Sendable () -> Bool, report: @escaping @Sendable (SweepEvent) -> Void
  ) async throws {
    let results = run.results
    guard !results.url.path.contains(where: \.isNewline) else {
      throw SlurmError(
        command: "sbatch", problem: "expected a results folder whose path is one line")
    }
    let script = SlurmScript(
      name: run.plan.name, program: program, results: results.url.standardizedFileURL.path,
      trials: trials.count, largestArray: try await SlurmClient.largestArray(), options: options,
      isStrict: isStrict)
    try createFolder(results.slurmFolder)
    let list = trials.map(\.folder).joined(separator: "\n") + "\n"
    try AtomicFile.write(
      Data(list.utf8), to: results.slurmFolder.appendingPathComponent("trials.txt"))
    try? FileManager.default.removeItem(at: SlurmJob.cancelled(results))
    let job = try await submit(script, trials.count)
    try job.write(to: results)
    report(
      .submitted("\(trials.count) trials are job \(job.array), their report job \(job.report)"))
    if waits { try await wait(for: job, trials, run, shouldStop, report) }
  }

  /// Submits both jobs or neither.
  private func submit(_ script: SlurmScript, _ count: Int) async throws -> SlurmJob {
    let array = try await SlurmClient.submit(script.array)
    do {
      let report = try await SlurmClient.submit(script.report(after: array))
      return SlurmJob(array: array, report: report, trials: count)
    } catch {
      try? await SlurmClient.cancel(array)
      throw error
    }
  }

  private func wait(
    for job: SlurmJob, _ trials: [SweepRecord.Trial], _ run: SweepRun,
    _ shouldStop: @Sendable () -> Bool, _ report: @Sendable (SweepEvent) -> Void
  ) async throws {
    var isStopped = false
    while try await !job.tasks().isEmpty {
      if shouldStop(), !isStopped {
        isStopped = true
        try await job.cancel(in: run.results)
      }
      report(.tick(running: trials.filter { run.state($0) == .running }))
      try await Task.sleep(for: .seconds(1))
    }
    for trial in trials {
      report(.ended(trial, try TrialStatus.read(from: run.folder(trial).status)))
    }
  }
}
