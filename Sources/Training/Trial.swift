public import Datasets
public import Foundation
internal import Models
public import Records

/// One trial from its first step to its last file, in its folder.
public struct Trial {
  /// How a run of a trial ended.
  public enum Outcome: Sendable, Equatable {
    case finished
    /// Stopped by the user; the checkpoint holds this many steps.
    case interrupted(step: Int)
  }

  /// What is shown while a trial runs.
  public struct Progress: Sendable {
    /// Steps done, and to do.
    public let step, steps: Int
    /// Losses of the last step.
    public let losses: [(name: String, value: Double)]
    /// Dropout rates that training has learned so far.
    public let learnedRates: [Double]

    init(step: Int, steps: Int, _ logged: [(name: String, value: Double)]) {
      (self.step, self.steps) = (step, steps)
      losses = logged.filter { !TrainingStep.isRate($0.name) }
      learnedRates = logged.filter { TrainingStep.isRate($0.name) }.map(\.value)
    }
  }

  /// Steps from one line of `log.jsonl` to the next.
  static let logEvery = 10
  /// Samples on a sheet.
  static let sheetCount = 64

  /// The trial's folder.
  public let folder: TrialFolder
  private let results: ResultsFolder
  private let experiment: Experiment
  private let given: Data?
  private let threads: Int

  /// Names a trial: an experiment without ablation, in a folder that its arm and seed name.
  ///
  /// - Parameter given: The experiment file as the user wrote it, to be kept beside the trials.
  public init(
    _ experiment: Experiment, given: Data? = nil, in results: ResultsFolder, arm: String,
    threads: Int
  ) {
    self.results = results
    self.experiment = experiment
    self.given = given
    self.threads = threads
    folder = results.trial(experiment.trialFolderName(arm: arm, seed: experiment.seed))
  }

  /// What the folder says has become of the trial; nil when it was never started.
  public func status() throws -> TrialStatus? { try TrialStatus.read(from: folder.status) }

  /// Records that the trial could not be run at all; one that finished is left alone.
  ///
  /// - Throws: `FileError`.
  public func recordFailure(_ reason: String) throws {
    let earlier = try? status()
    if earlier?.state == .finished { return }
    try folder.create()
    try TrialStatus(
      state: .failed, reason: reason, step: earlier?.step ?? 0, steps: experiment.train.steps,
      started: earlier?.started ?? Date(), updated: Date(), seconds: earlier?.seconds ?? 0,
      versions: ["lethe": Version.current]
    ).write(to: folder.status)
  }

  /// Trains from the last checkpoint there is, and writes everything.
  ///
  /// - Parameters:
  ///   - startingOver: Whether to remove first what the trial has.
  ///   - shouldStop: Asked after each step; true writes a checkpoint and ends the run.
  ///   - report: Called after each step.
  /// - Throws: `InputError`, `FileError`, `DataError`, `DivergenceError`. The last checkpoint stays.
  public func run(
    _ data: Dataset, startingOver: Bool = false, shouldStop: () -> Bool,
    report: (Progress) -> Void
  ) throws -> Outcome {
    let session = try TrainingSession(experiment, data, threads: threads)
    let measuring = try Measuring(session, data, threads: threads)
    try results.create()
    try folder.create()
    let lock = try FolderLock(folder.url)
    defer { withExtendedLifetime(lock) {} }
    if startingOver { try folder.clear() }
    if let given { try AtomicFile.write(given, to: results.experiment) }
    try folder.removeTemporaries()
    try AtomicFile.write(Data(experiment.resolvedYAML().utf8), to: folder.configuration)
    let earlier = try status()
    if FileManager.default.fileExists(atPath: folder.checkpoint.path) {
      try session.restore(from: folder.checkpoint)
    }
    let record = Record(
      folder: folder, started: earlier?.started ?? Date(), seconds: earlier?.seconds ?? 0,
      steps: experiment.train.steps)
    try record.write(.running, session.step)
    do {
      let outcome = try train(session, measuring, record, shouldStop, report)
      switch outcome {
      case .finished: try record.write(.finished, session.step)
      case .interrupted:
        try record.write(.interrupted, session.step, reason: "stopped by the user")
      }
      return outcome
    } catch {
      try? record.write(.failed, session.step, reason: "\(error)")
      throw error
    }
  }

  private func train(
    _ session: TrainingSession, _ measuring: Measuring, _ record: Record,
    _ shouldStop: () -> Bool, _ report: (Progress) -> Void
  ) throws -> Outcome {
    let steps = experiment.train.steps
    let log = try TrialLog(experiment, folder, resumingAt: session.step)
    var saved = session.step
    while session.step < steps {
      try session.advance()
      let step = session.step
      let losses = session.losses()
      report(Progress(step: step, steps: steps, losses))
      let isMeasured = isDue(experiment.metrics.every, step)
      if isMeasured || step % Self.logEvery == 0 || step == steps || step == 1 {
        try log.append(
          step: step, losses: losses, metrics: isMeasured ? measuring.quickValues() : [])
      }
      if session.model.isGenerative, isDue(experiment.train.sampleEvery, step) {
        try writeSheet(session, log)
      }
      if isDue(experiment.train.checkpointEvery, step) || step == steps {
        try session.save(to: folder.checkpoint)
        try record.write(.running, step)
        saved = step
      }
      if step < steps, shouldStop() {
        if saved < step { try session.save(to: folder.checkpoint) }
        return .interrupted(step: step)
      }
    }
    if session.model.isGenerative { try writeSheet(session, log) }
    guard try measuring.write(to: folder, shouldStop: shouldStop) else {
      return .interrupted(step: session.step)
    }
    try log.addMetrics(step: steps)
    return .finished
  }

  private func isDue(_ interval: Int, _ step: Int) -> Bool { interval > 0 && step % interval == 0 }

  private func writeSheet(_ session: TrainingSession, _ log: borrowing TrialLog) throws {
    try SampleFiles(experiment).writeSheet(session.sample(Self.sheetCount)) {
      folder.samples(step: session.step, fileExtension: $0)
    }
    try log.addSheet(step: session.step)
  }

  /// Writes `status.json` with the time spent so far.
  private struct Record {
    let folder: TrialFolder
    let started: Date
    let seconds: Double
    let steps: Int
    /// Not by the time of day, which may be set back.
    let begun = ContinuousClock.now

    func write(_ state: TrialStatus.State, _ step: Int, reason: String? = nil) throws {
      let now = Date()
      try TrialStatus(
        state: state, reason: reason, step: step, steps: steps, started: started, updated: now,
        finished: state == .finished ? now : nil,
        seconds: seconds + (ContinuousClock.now - begun) / .seconds(1),
        peakMemoryMegabytes: state == .running ? nil : ProcessMemory.peakMegabytes(),
        versions: ["lethe": Version.current]
      ).write(to: folder.status)
    }
  }
}
