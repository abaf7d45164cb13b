internal import Experiments
internal import Files
internal import ArgumentParser
internal import BuildCommit
internal import CPU
internal import Foundation
internal import Records
internal import Reports
internal import Sweeps
internal import Evaluation
internal import Training
internal import Trials

/// `lethe run`: runs every unfinished trial of an ablation from its last checkpoint, and then writes the report.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run every trial of an ablation that is not finished, then write the report.")

  @OptionGroup var options: ExperimentOptions
  @OptionGroup var selection: SweepOptions
  @OptionGroup var training: TrialOptions
  @OptionGroup var convolutions: FormsOption

  @Option(help: "The results folder; results/<name> by default.", completion: .directory)
  var out: String?

  @OptionGroup var execution: ExecutorSelection

  @Flag(help: "Run trials again that failed.")
  var retryFailed = false

  @Flag(help: "Stop the other trials when one fails; each keeps what it has.")
  var failFast = false

  @Flag(help: "Print what would be run, and run nothing.")
  var dryRun = false

  @Flag(help: "Start over and lose what the trials have; asks first on a terminal.")
  var fresh = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  mutating func validate() throws {
    try requireName(out, "--out", "a folder")
    try execution.check(training)
    if failFast, execution.chosen.leavesTrialsRunning {
      throw ValidationError("--fail-fast: expected --wait too, as something must see a trial fail")
    }
  }

  func run() async throws {
    let experiment = try options.load()
    let results = ResultsFolder(for: experiment, chosen: out)
    let untuned = try plan(of: experiment, choices: [])
    let choices = try untuned.earlierChoices(in: results, isFresh: fresh)
    let planned = try choices.isEmpty ? untuned : plan(of: experiment, choices: choices)
    let plan = try planned.extended(
      experiment, by: planned.earlierLooks(in: results, isFresh: fresh))
    let run = SweepRun(plan, in: results)
    try experiment.checkClaimMetrics()
    try experiment.check(plan.trained)
    _ = try run.selected(selection.only)
    if dryRun { return try printDue(run) }
    _ = try SweepRecord.read(from: run.results.sweep)
    let checks = TrialChecks(run, experiment, training, startingOver: fresh)
    if let forms = convolutions.forms { try experiment.checkForms(forms) }
    try checks.checkSteps()
    try checks.checkData()
    let runner = runner(run, experiment)
    let isDue = try fresh || !due(run).isEmpty
    try checks.checkProvenance(isTraining: isDue)
    // The local executor reads the data when it is made: errors in them must show before anything is written.
    let executor = isDue ? try execution.chosen.executor(for: runner) : nil
    try run.results.create()
    let lock = try FolderLock(run.results.url)
    defer { withExtendedLifetime(lock) {} }
    try run.results.removeTemporaries()
    try await checkQueue(run.results)
    try confirmFresh(run)
    let due = try due(run)
    checks.tellProblems(of: due)
    try run.prepare(given: Array(readWhole(URL(fileURLWithPath: options.experiment))))
    if let forms = convolutions.forms {
      try makeTable(of: forms, run, experiment, threads: runner.threads)
    }
    if let executor, !due.isEmpty {
      try await runner(due, by: executor)
      if execution.chosen.leavesTrialsRunning { return }
    }
    let (end, ran) = try await goOn(with: run, of: experiment, ran: due)
    try RunOutcome(end, ran: ran, isJSON: json).tell()
  }

  private func plan(of experiment: Experiment, choices: [SweepRecord.Choice]) throws -> SweepRecord
  {
    try SweepRecord(
      experiment, overrides: options.overrides, seeds: selection.seeds, choices: choices)
  }

  private func runner(_ run: SweepRun, _ experiment: Experiment) -> TrialRunner {
    TrialRunner(run: run, experiment: experiment, training: training, failsFast: failFast)
  }

  /// Looks at the results and runs what follows from them, again and again, until nothing does: arms whose candidates
  /// have ended, and then more seeds until everything is decided.
  ///
  /// - Returns: The run with all of its trials, and those that were run.
  private func goOn(
    with run: SweepRun, of experiment: Experiment, ran: [SweepRecord.Trial]
  ) async throws -> (SweepRun, [SweepRecord.Trial]) {
    var (run, ran) = (run, ran)
    while !Interruption.isRequested, !(failFast && ran.contains { run.state($0) == .failed }),
      let next = try extended(run.plan, experiment, run.results)
    {
      run = SweepRun(next, in: run.results)
      try run.plan.write(to: run.results.sweep)
      let due = try due(run)
      guard !due.isEmpty else { continue }
      let runner = runner(run, experiment)
      try await runner(due, by: execution.chosen.executor(for: runner))
      ran += due
    }
    return (run, ran)
  }

  /// The plan with what follows from the results so far; nil where nothing does.
  private func extended(
    _ plan: SweepRecord, _ experiment: Experiment, _ results: ResultsFolder
  ) throws -> SweepRecord? {
    guard plan.isTuned else {
      let choices = try SweepRecord.nextChoices(at: results)
      guard !choices.isEmpty else { return nil }
      for choice in choices {
        Console.log(
          choice.candidate.map { "chosen for \(choice.arm): \($0)" }
            ?? "\(choice.arm): no candidate has a value")
      }
      return try self.plan(of: experiment, choices: (plan.tuning?.choices ?? []) + choices)
    }
    let effects = Dictionary(
      (experiment.ablation?.smallestEffects ?? []).map { ($0.metric, $0.difference) },
      uniquingKeysWith: { a, _ in a })
    guard !plan.isOver,
      let look = try SweepRecord.nextLook(at: results, smallestEffects: effects)
    else { return nil }
    let next = try plan.extended(experiment, by: [look])
    Console.log(next.lookText)
    return next
  }

  private func due(_ run: SweepRun) throws -> [SweepRecord.Trial] {
    try run.due(only: selection.only, retryingFailed: retryFailed)
  }

  // MARK: Before trials are run

  /// Makes the table of the forms of convolutions of all trials, or goes on with it.
  private func makeTable(
    of forms: ConvolutionChoice, _ run: SweepRun, _ experiment: Experiment, threads: Int
  ) throws {
    var table = FormsTable(forms, threads: threads, commit: builtCommit)
    let hasBegun = run.plan.trials.contains { (run.read($0).status?.step ?? 0) > 0 }
    try table.read(from: run.results, hasBegun: hasBegun)
    let sets = ArmData()
    for arm in run.plan.trained {
      let trial = try experiment.trial(of: arm, seed: experiment.seed)
      let data = try sets.data(of: trial)
      try arm.named { try table.add(trial, data) }
    }
    try table.write(to: run.results)
  }

  private func printDue(_ run: SweepRun) throws {
    let due = try due(run)
    for trial in due { print("\(trial.folder)  \(run.state(trial).rawValue)") }
    print("\(due.count) of \(run.plan.trials.count) trials would be run")
  }

  /// Refuses a folder whose trials are in a scheduler's queue.
  private func checkQueue(_ results: ResultsFolder) async throws {
    for submission in try results.submissions() {
      let tasks: [String: Int]
      do {
        tasks = try await submission.tasks()
      } catch {
        // The results may have come to a machine without the scheduler. Locks keep trials from being run twice at a time.
        Console.log(
          "note: cannot tell whether trials are in the queue as \(submission.name): \(error)")
        continue
      }
      guard !tasks.isEmpty else { continue }
      Console.error(
        "\(results.url.path): its trials are in the queue as \(submission.name); lethe status tells how far they are, "
          + "lethe cancel stops them")
      throw ExitCode(1)
    }
  }

  private func confirmFresh(_ run: SweepRun) throws {
    guard fresh else { return }
    // A run whose seeds are added has more trials than its plan begins with.
    let earlier = try SweepRecord.read(from: run.results.sweep)?.trials ?? []
    let folders = Set((run.plan.trials + earlier).map { run.folder($0).url })
      .filter { FileManager.default.fileExists(atPath: $0.path) }
    if !folders.isEmpty {
      try confirmDeletion(of: "\(folders.count) trials in \(run.results.trialsFolder.path)")
    }
    let forms = run.results.forms
    let files = FileManager.default.fileExists(atPath: forms.path) ? [forms] : []
    for file in folders + files { try FileManager.default.removeItem(at: file) }
  }
}
