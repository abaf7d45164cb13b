internal import Experiments
internal import Complaints
internal import Files
internal import ArgumentParser
internal import BuildCommit
internal import Foundation
internal import Records
internal import Reports
internal import Sweeps
internal import Evaluation
internal import Training
internal import Trials

/// `lethe measure`: measures the trained models of a results folder again, from their checkpoints.
struct MeasureAgain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Measure the trained models of a results folder again, then write the report.",
    discussion: """
      Nothing is trained. --set changes keys of metrics for all that is measured from then on.
      """)

  @Argument(help: "The results folder.", completion: .directory)
  var results: String

  @Option(name: .customLong("set"), help: "Override a key, such as --set metrics.samples=5000.")
  var settings: [String] = []

  @Option(help: "Only the arms that this glob matches, such as 'generator-*'.")
  var only: String?

  @Option(help: "Trials side by side; one a core by default.")
  var jobs: Int?

  @OptionGroup var training: TrialOptions

  mutating func validate() throws {
    try requireJobs(jobs)
    for setting in settings {
      let key = DottedKey(String(setting.prefix { $0 != "=" }))
      guard let key, key.section == "metrics", key.parts.count > 1 else {
        throw ValidationError("--set: expected a key of metrics, found \(setting)")
      }
    }
  }

  private var overrides: [Override] { get throws { try settings.map(Override.init(parsing:)) } }

  func run() async throws {
    let folder = ResultsFolder(URL(fileURLWithPath: results, isDirectory: true))
    let isPlanned = try SweepRecord.read(from: folder.sweep) != nil
    let lock = try FolderLock(folder.url)
    defer { withExtendedLifetime(lock) {} }
    let run = try isPlanned ? planned(in: folder) : SweepRun(reading: folder)
    let trained = try run.selected(only).filter { isTrained($0, run) }
    Console.log("\(trained.count) of \(run.plan.trials.count) trials are trained")
    for trial in trained { try markForMeasuring(run.folder(trial)) }
    try await isPlanned ? measure(trained, of: run) : measureInProcess(trained, of: run)
    guard !Interruption.isRequested else {
      Console.log("stopped; lethe run, or the same command, goes on from here")
      throw ExitCode(1)
    }
    let report = try Report(of: folder)
    try report.write()
    print(report.summary())
    print("report: \(folder.report.path)")
    if !trained.allSatisfy({ run.state($0) == .finished }) { throw ExitCode(1) }
  }

  /// Adds the new settings to the plan, makes sure that they change only what is measured, and writes the plan.
  private func planned(in folder: ResultsFolder) throws -> SweepRun {
    var plan = try SweepRecord(of: folder)
    plan.overrides += try overrides
    let experiment = try self.experiment(of: plan, in: folder)
    try plan.changeTrained { $0.goal = try experiment.trial(of: $0, seed: experiment.seed).goal }
    try experiment.check(plan.trained)
    // A key that changes the training would give these trials other folders.
    for trial in plan.trials {
      guard let arm = plan.arm(trial.arm) else { continue }
      let own = try experiment.trial(of: arm, seed: trial.seed)
      guard own.trialFolderName(arm: arm.name, seed: trial.seed) == trial.folder else {
        throw InputError(
          SourcePlace(file: "--set \(settings.joined(separator: " "))"),
          "what is logged while a model trains cannot be measured again: lethe run trains anew")
      }
    }
    try plan.write(to: folder.sweep)
    return SweepRun(plan, in: folder)
  }

  private func experiment(of plan: SweepRecord, in folder: ResultsFolder) throws -> Experiment {
    try Experiment.load(
      path: folder.experiment.path, folder: plan.folder, overrides: plan.overrides)
  }

  private func isTrained(_ trial: SweepRecord.Trial, _ run: SweepRun) -> Bool {
    let reading = run.read(trial)
    guard let status = reading.status, reading.state != .running else { return false }
    let folder = run.folder(trial)
    return status.step == status.end
      && [folder.checkpoint, folder.trainerFolder].contains {
        FileManager.default.fileExists(atPath: $0.path)
      }
  }

  private func markForMeasuring(_ folder: TrialFolder) throws {
    guard var status = folder.read().status else { return }
    (status.state, status.reason) = (.interrupted, "to be measured again")
    (status.measured, status.finished) = (nil, nil)
    try status.write(to: folder.status)
  }

  private func measure(_ trials: [SweepRecord.Trial], of run: SweepRun) async throws {
    guard !trials.isEmpty else { return }
    let experiment = try experiment(of: run.plan, in: run.results)
    let checks = TrialChecks(run, experiment, training)
    try checks.checkData()
    try checks.checkProvenance(isTraining: true)
    let runner = TrialRunner(run: run, experiment: experiment, training: training)
    try await runner(trials, by: LocalExecutor(for: runner, jobs: jobs))
  }

  /// Measures trials of `lethe train` in this process. Relative paths in their files start at the current folder.
  private func measureInProcess(_ trials: [SweepRecord.Trial], of run: SweepRun) throws {
    Interruption.watch(patience: TrialRunner.stoppingSeconds)
    for trial in trials where !Interruption.isRequested {
      let experiment = try Experiment.load(
        path: run.folder(trial).configuration.path, folder: ".",
        overrides: overrides)
      try TrialRunner.train(
        Trial(
          experiment, in: run.results, arm: trial.arm, threads: training.threads,
          commit: builtCommit),
        experiment, isStrict: training.strict)
    }
  }
}
