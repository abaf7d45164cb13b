internal import ArgumentParser
internal import Foundation
internal import Records
internal import Training

/// `lethe train`: one trial, from where it was left.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train one trial, going on from its last checkpoint.")

  @OptionGroup var options: ExperimentOptions
  @OptionGroup var machine: ThreadOptions

  @Option(help: "The results folder; results/<name> by default.", completion: .directory)
  var out: String?

  @Flag(help: "Start over and lose what the trial has; asks first on a terminal.")
  var fresh = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  /// The arm that a single trial is.
  private static let arm = "single"

  func run() throws {
    let experiment = try options.load()
    let results = ResultsFolder(for: experiment, chosen: out)
    let trial = Trial(experiment, in: results, arm: Self.arm, threads: machine.threads)
    if fresh { try startOver(trial.folder) }
    if let status = try trial.status(), status.state == .finished {
      Console.log("\(trial.folder.url.path) is finished: nothing to do (--fresh starts over)")
      return try finish(experiment, trial, status)
    }
    if experiment.ablation != nil {
      Console.log("note: the ablation is left out; this is the single trial the file describes")
    }
    let data = try experiment.loadData(progress: loadingProgress)
    for file in data.skipped { Console.log("skipped \(file.file): \(file.problem)") }
    if !data.skipped.isEmpty { Console.log("skipped \(data.skipped.count) broken files") }
    Console.log("\(data.training.count) training examples, \(data.holdout.count) held out")
    try results.create()
    try AtomicFile.write(
      Data(contentsOf: URL(fileURLWithPath: options.experiment)), to: results.experiment)
    Interruption.watch()
    var display = TrainingDisplay()
    let outcome = try trial.run(data, shouldStop: { Interruption.isRequested }) { display.show($0) }
    if case .interrupted(let step) = outcome {
      Console.log("stopped after step \(step); the same command goes on from there")
      throw ExitCode(1)
    }
    try finish(experiment, trial, trial.status())
  }

  private func startOver(_ folder: TrialFolder) throws {
    guard FileManager.default.fileExists(atPath: folder.url.path) else { return }
    if Console.isTerminal, isatty(STDIN_FILENO) == 1 {
      FileHandle.standardError.write(Data("Delete \(folder.url.path)? [y/N] ".utf8))
      guard readLine()?.lowercased().hasPrefix("y") == true else { throw ExitCode(1) }
    }
    try FileManager.default.removeItem(at: folder.url)
  }

  private func loadingProgress(_ done: Int, _ total: Int) {
    if total >= 2000 { Console.progress("loading \(done)/\(total)") }
  }

  private func finish(_ experiment: Experiment, _ trial: Trial, _ status: TrialStatus?) throws {
    let sheet = trial.folder.samples(step: experiment.train.steps, fileExtension: "png").path
    guard json else { return print("samples: \(sheet)\ncheckpoint: \(trial.folder.checkpoint.path)") }
    try printJSON(
      Result(
        name: experiment.name, trial: trial.folder.name, folder: trial.folder.url.path,
        state: status?.state.rawValue ?? "finished", step: status?.step ?? 0,
        seconds: status?.seconds ?? 0, samples: sheet, checkpoint: trial.folder.checkpoint.path))
  }

  private struct Result: Encodable {
    let name, trial, folder, state: String
    let step: Int
    let seconds: Double
    let samples, checkpoint: String
  }
}

/// The live line of a training; plain lines every few seconds where there is no terminal.
struct TrainingDisplay {
  private let start = Date()
  private var firstStep: Int?
  private var shown = Date.distantPast

  /// Seconds between two lines.
  private static let interval = Console.isTerminal ? 0.2 : 5.0

  mutating func show(_ progress: Trial.Progress) {
    let first = firstStep ?? progress.step - 1
    firstStep = first
    let now = Date()
    let isLast = progress.step == progress.steps
    guard isLast || now.timeIntervalSince(shown) >= Self.interval else { return }
    shown = now
    let speed = Double(progress.step - first) / max(1e-9, now.timeIntervalSince(start))
    let losses = progress.losses.map { "\($0.name) \($0.value.formatted(4))" }
    let left = durationText(Double(progress.steps - progress.step) / speed)
    let line =
      "step \(progress.step)/\(progress.steps)  \(losses.joined(separator: "  "))  "
      + "\(speed.formatted(1)) steps/s  ETA \(left)"
    if Console.isTerminal && !isLast { Console.progress(line) } else { Console.log(line) }
  }
}
