internal import Specification
internal import Experiments
internal import Complaints
internal import Files
internal import ArgumentParser
internal import BuildCommit
internal import CPU
internal import Datasets
internal import Foundation
internal import Processes
internal import Records
internal import Reports
internal import Sweeps
internal import Evaluation
internal import Training
internal import Trials

/// `lethe train`: trains one trial, going on from its last checkpoint if there is one.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train one trial, going on from its last checkpoint.")

  @OptionGroup var options: ExperimentOptions
  @OptionGroup var training: TrialOptions
  @OptionGroup var computing: BackendOptions

  @Option(help: "The results folder; results/<name> by default.", completion: .directory)
  var out: String?

  @Flag(help: "Start over and lose what the trial has; asks first on a terminal.")
  var fresh = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  @Option(help: .init("Train this trial of the plan in --out.", visibility: .hidden))
  var trial: String?

  @Flag(help: .init("End when standard input does.", visibility: .hidden))
  var watchParent = false

  /// Seconds that a trial may take to stop: it ends the current computation and writes a checkpoint.
  private static let stoppingSeconds = 20

  mutating func validate() throws {
    try requireName(out, "--out", "a folder")
    if trial != nil, out == nil || !options.settings.isEmpty {
      throw ValidationError("--trial: expected --out with its plan, and no --set")
    }
  }

  func run() throws {
    if watchParent { ParentWatch.start() }
    let (experiment, trial) = try chosenTrial()
    try training.checkMemory(experiment)
    if fresh, FileManager.default.fileExists(atPath: trial.folder.url.path) {
      try confirmDeletion(of: trial.folder.url.path)
    }
    if experiment.ablation != nil {
      Console.log("note: the ablation is left out; this is the single trial the file describes")
    }
    do {
      try trainToEnd(experiment, trial)
    } catch  where self.trial != nil && !(error is ExitCode || error is FolderInUse) {
      // A trial of a plan whose data or model cannot be used counts as failed, not as unfinished.
      try? trial.recordFailure("\(error)")
      throw error
    }
  }

  private func trainToEnd(_ experiment: Experiment, _ trial: Trial) throws {
    let data = try loadData(experiment)
    let reading = trial.read()
    if !fresh, reading.state == .finished {
      try Trial.check(
        reading.status?.data, against: experiment.hashes(of: data), of: trial.folder.status)
      Console.log("\(trial.folder.url.path) is finished: nothing to do (--fresh starts over)")
      return try finish(experiment, trial)
    }
    Console.log(data.text)
    Interruption.watch(patience: Self.stoppingSeconds)
    if computing.forms == .measured { try makeTable(experiment, data, trial) }
    if case .interrupted(let step) = try train(trial, data) {
      Console.log(
        "stopped after step \(step); the same command\(fresh ? " without --fresh" : "") goes on from there"
      )
      throw ExitCode(1)
    }
    Console.endProgress()
    try finish(experiment, trial)
  }

  /// Makes the table of the forms of convolutions, or goes on with it.
  private func makeTable(_ experiment: Experiment, _ data: Dataset, _ trial: Trial) throws {
    try experiment.checkForms(.measured)
    let status = fresh ? nil : trial.read().status
    let threads = experiment.threads(
      asked: training.threads, recorded: status?.machine?.threads)
    var table = FormsTable(.measured, threads: threads, commit: builtCommit)
    try table.read(from: trial.results, hasBegun: (status?.step ?? 0) > 0)
    try table.add(experiment, data)
    try table.write(to: trial.results)
  }

  /// The trial that the file describes, or the one of a plan that `--trial` names.
  private func chosenTrial() throws -> (Experiment, Trial) {
    let threads = training.threads
    if let trial, let out {
      let run = try SweepRun(
        reading: ResultsFolder(URL(fileURLWithPath: out, isDirectory: true)))
      let (experiment, arm) = try run.plan.experiment(of: trial, in: run.results)
      return (
        experiment,
        Trial(
          experiment, in: run.results, arm: arm, threads: threads, on: computing.backend,
          commit: builtCommit)
      )
    }
    let experiment = try options.load()
    let results = ResultsFolder(for: experiment, chosen: out)
    let given = try readWhole(URL(fileURLWithPath: options.experiment))
    return (
      experiment,
      Trial(
        experiment, given: given, in: results, arm: Experiment.singleArm, threads: threads,
        on: computing.backend, commit: builtCommit)
    )
  }

  /// Trains the trial. An error ends the program as a failed run (status 1), unless the input is at fault,
  /// such as a bad model, checkpoint or folder (status 2).
  private func train(_ trial: Trial, _ data: Dataset) throws -> Trial.Outcome {
    let display = TrainingDisplay()
    do {
      return try trial.run(
        data, startingOver: fresh, isStrict: training.strict,
        shouldStop: { Interruption.isRequested }, report: { display.show($0) })
    } catch let error as InputError {
      throw error
    } catch let error as FileError where !error.isDiskFailure {
      throw error
    } catch {
      Console.error("\(error)")
      throw ExitCode(1)
    }
  }

  private func finish(_ experiment: Experiment, _ trial: Trial) throws {
    let status = trial.read().status
    let isGenerative = experiment.model.family.isGenerative
    let sheet = trial.folder.samples(
      step: status?.step ?? experiment.train.steps, fileExtension: experiment.sampleExtension
    ).path
    guard json else {
      let folder = trial.folder
      let summary = try TrialSummary(of: folder, primary: experiment.metrics.primary)
      summary.collapse.map { print($0) }
      print(table(TrialSummary.headings, summary.rows))
      let made = isGenerative ? "samples: \(sheet)" : "predictions: \(folder.predictions.path)"
      return print("\(made)\nmetrics: \(folder.metrics.path)\n\(trained(experiment, folder))")
    }
    try printJSON(
      Result(
        name: experiment.name, trial: trial.folder.name, folder: trial.folder.url.path,
        state: status?.state.rawValue ?? "finished", step: status?.step ?? 0,
        seconds: status?.seconds ?? 0, samples: isGenerative ? sheet : nil,
        checkpoint: experiment.trainer == nil ? trial.folder.measuredModel.path : nil))
  }

  /// Where the trained model is.
  private func trained(_ experiment: Experiment, _ folder: TrialFolder) -> String {
    experiment.trainer == nil
      ? "checkpoint: \(folder.measuredModel.path)" : "trainer: \(folder.trainerFolder.path)"
  }

  private struct Result: Encodable {
    let name, trial, folder, state: String
    let step: Int
    let seconds: Double
    let samples, checkpoint: String?
  }
}

/// The live line of a training; where there is no terminal, a plain line every five seconds.
final class TrainingDisplay {
  /// Time and number of the first step of this run, from which the speed is counted.
  private var start: (time: ContinuousClock.Instant, step: Int)?
  private var shown: ContinuousClock.Instant?

  /// Time between two lines.
  private static let interval = Duration.seconds(Console.isTerminal ? 0.2 : 5.0)

  func show(_ event: Trial.Event) {
    switch event {
    case .step(let progress): show(progress)
    case .measuring(let progress): show(progress)
    case .note(let text): Console.log("note: \(text)")
    }
  }

  private func show(_ progress: MeasuringProgress) {
    guard let next = progress.next, isDue() else { return }
    var parts = ["measuring \(next)"]
    if progress.total > 0 { parts.append("\(progress.done)/\(progress.total)") }
    if let left = progress.secondsLeft { parts.append("ETA \(durationText(left))") }
    show(parts, isLast: false)
  }

  /// Returns true when the next line is due, and then counts that line as shown.
  private func isDue() -> Bool {
    let now = ContinuousClock.now
    guard shown.map({ now - $0 >= Self.interval }) ?? true else { return false }
    shown = now
    return true
  }

  private func show(_ parts: [String], isLast: Bool) {
    let line = parts.joined(separator: "  ")
    if Console.isTerminal && !isLast { Console.progress(line) } else { Console.log(line) }
  }

  private func show(_ progress: Trial.Progress) {
    let now = ContinuousClock.now
    let start = self.start ?? (now, progress.step)
    self.start = start
    let isLast = progress.step == progress.steps
    guard isDue() || isLast else { return }
    var parts = ["step \(progress.step)/\(progress.steps)"]
    parts += progress.losses.map { "\($0.name) \($0.value.formatted(4))" }
    if let lowest = progress.learnedRates.min(), let highest = progress.learnedRates.max() {
      parts.append("rates \(lowest.formatted(3))–\(highest.formatted(3))")
    }
    if progress.step > start.step {
      let speed =
        Double(progress.step - start.step) / max(1e-9, (now - start.time) / .seconds(1))
      let left = durationText(Double(progress.steps - progress.step) / speed)
      parts += ["\(speed.formatted(1)) steps/s", "ETA \(left)"]
    }
    show(parts, isLast: isLast)
    // Measuring comes next, and its first line is due at once.
    if isLast { shown = nil }
  }
}
