internal import Evaluation
public import Training
public import Experiments
internal import Complaints
internal import Files
public import Datasets
public import Foundation
internal import Metrics
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

  /// An event of a running trial.
  public enum Event: Sendable {
    /// A step was done.
    case step(Progress)
    /// Measuring has made progress.
    case measuring(MeasuringProgress)
    /// A note for the user, such as a broken checkpoint that was set aside.
    case note(String)
  }

  /// Progress of the training.
  public struct Progress: Sendable {
    /// Steps done, and steps of the whole training.
    public let step, steps: Int
    /// Losses of the last step.
    public let losses: [(name: String, value: Double)]
    /// Dropout rates that training has learned so far.
    public let learnedRates: [Double]

    init(_ session: TrainingSession, steps: Int) {
      (step, self.steps) = (session.step, steps)
      losses = session.losses()
      learnedRates = session.rates().map(\.value)
    }

    init(_ line: LogLine, steps: Int) {
      (step, self.steps, losses, learnedRates) = (line.step, steps, line.values, [])
    }
  }

  /// Number of samples on a sheet.
  static let sheetCount = 64

  /// The trial's folder.
  public let folder: TrialFolder
  /// The folder of all trials.
  public let results: ResultsFolder
  let experiment: Experiment
  private let given: Data?
  private let threads: Int?
  let choice: BackendChoice
  let commit: String?

  /// Describes a trial: an experiment without ablation, in a folder named by its arm and seed.
  ///
  /// - Parameters:
  ///   - given: The experiment file as the user wrote it, to be kept beside the trials.
  ///   - threads: Number of threads of a step; nil for that of the experiment, else that of the trial's
  ///     earlier run, else all cores.
  ///   - choice: Back end that computes the steps.
  ///   - commit: Commit that the program was built from; nil when that is not known.
  public init(
    _ experiment: Experiment, given: Data? = nil, in results: ResultsFolder, arm: String,
    threads: Int?, on choice: BackendChoice = .cpu, commit: String? = nil
  ) {
    self.results = results
    self.experiment = experiment
    self.given = given
    self.threads = threads
    self.choice = choice
    self.commit = commit
    folder = results.trial(experiment.trialFolderName(arm: arm, seed: experiment.seed))
  }

  /// Reads from the folder what has become of the trial.
  public func read() -> TrialReading { folder.read(goal: experiment.goal) }

  /// Records that the trial could not be run at all. A finished trial is left as it is.
  ///
  /// - Throws: `FileError`.
  public func recordFailure(_ reason: String) throws {
    let earlier = read().status
    if earlier?.state == .finished { return }
    try folder.create()
    try TrialStatus.failure(
      reason, after: earlier, steps: experiment.train.steps,
      madeBy: .current(threads: chosenThreads(after: earlier), on: choice, commit: commit)
    ).write(to: folder.status)
  }

  func chosenThreads(after status: TrialStatus?) -> Int {
    experiment.threads(asked: threads, recorded: status?.machine?.threads)
  }

  /// The back end, with the forms of convolutions that all trials of the folder have, and those of its own steps so far.
  func choice(after status: TrialStatus?) throws -> BackendChoice {
    let own = status.flatMap { $0.step > 0 ? $0.forms : nil }
    return choice.following(try FormsDocument.read(from: results.forms)?.forms ?? [:])
      .following(own ?? [:])
  }

  /// Trains from the last checkpoint, if there is one, measures what is not measured yet, and writes
  /// everything.
  ///
  /// - Parameters:
  ///   - startingOver: True to remove first what the trial has.
  ///   - isStrict: True to refuse to go on with another program or machine than made the first steps.
  ///   - shouldStop: Called after each step, and repeatedly while data are prepared and the trained model
  ///     is measured. True ends the run, during training after a checkpoint.
  ///   - report: Called with each event.
  /// - Throws: `InputError`, `FileError`, `DataError`, `DivergenceError`. The last checkpoint stays.
  public func run(
    _ data: Dataset, startingOver: Bool = false, isStrict: Bool = false,
    shouldStop: @escaping () -> Bool, report: @escaping (Event) -> Void
  ) throws -> Outcome {
    if let trainer = experiment.trainer {
      return try run(
        trainer, data, startingOver: startingOver, isStrict: isStrict, shouldStop: shouldStop,
        report: report)
    }
    let earlier = startingOver ? nil : read().status
    let threads = chosenThreads(after: earlier)
    let choice = try choice(after: earlier)
    let experiment = try experiment.overriding([
      Override("train.threads", .integer(threads))
    ])
    let session = try TrainingSession(experiment, data, threads: threads, on: choice)
    let (measuring, final) = try measurings(of: session, data)
    let hashes = try experiment.hashes(of: data)
    let madeBy = Provenance.current(threads: threads, on: choice, commit: commit)
    let lock = try open(startingOver: startingOver)
    let start = try TrialStart(
      folder, session, data: hashes, criterion: measuring.criterion, madeBy: madeBy,
      isStrict: isStrict)
    for note in start.notes { report(.note(note)) }
    try describe(experiment)
    if session.step < experiment.train.steps, start.rule?.isOver != true {
      try removeEnd(of: start.status)
    }
    let log = try TrialLog(experiment, folder, resumingAt: session.step)
    let record = TrialRecord(
      folder, step: session.step, steps: experiment.train.steps, madeBy: madeBy, data: hashes,
      start: start, forms: { session.convolutionForms })
    try record.write(.running)
    return try finish(session, measuring, final, record, log, lock, shouldStop, report)
  }

  /// Makes the folder and locks it.
  ///
  /// - Parameter startingOver: True to remove what is in it.
  func open(startingOver: Bool) throws -> FolderLock {
    try results.create()
    try folder.create()
    let lock = try FolderLock(folder.url)
    if startingOver { try folder.clear() }
    try folder.removeTemporaries()
    return lock
  }

  /// Writes the experiment as it was given and as it is trained.
  func describe(_ experiment: Experiment) throws {
    if let given { try AtomicFile.write(given, to: results.experiment) }
    try AtomicFile.write(Data(experiment.resolvedYAML().utf8), to: folder.configuration)
  }

  /// What measures a model while it trains, by which models are chosen, and what measures the trained one.
  func measurings(
    of session: TrainingSession, _ data: Dataset
  ) throws -> (training: Measuring, final: Measuring) {
    let training = try Measuring(session, data)
    let isOfTest = data.test != nil && experiment.metrics.set == .test
    return (training, isOfTest ? try Measuring(session, data.measured) : training)
  }

  /// Trains and measures to the end.
  ///
  /// - Parameters:
  ///   - measuring: Measures while the model trains.
  ///   - final: Measures the trained model.
  private func finish(
    _ session: TrainingSession, _ measuring: Measuring, _ final: Measuring, _ record: TrialRecord,
    _ log: borrowing TrialLog, _ lock: FolderLock, _ shouldStop: @escaping () -> Bool,
    _ report: @escaping (Event) -> Void
  ) throws -> Outcome {
    var record = record
    return try recordingEnd(of: &record) { record in
      measuring.shouldStop = shouldStop
      try measuring.prepareForTraining()
      // Measurements during training belong to their step and are not cut short.
      measuring.shouldStop = { false }
      try train(session, measuring, &record, log, lock, shouldStop, report)
      try restoreBest(of: record.rule, session, report)
      (measuring.shouldStop, final.shouldStop) = (shouldStop, shouldStop)
      record.beginMeasuring()
      try deactivate(measuring, session, record, lock, report)
      try final.write(
        to: folder, validation: experiment.data.test == nil ? nil : measuring,
        madeBy: record.madeBy
      ) { report(.measuring($0)) }
      try log.addMetrics(step: record.step)
    }
  }

  /// Trains and measures, and writes how that ended.
  ///
  /// - Parameter work: Gets the record, whose step it moves on.
  /// - Throws: What `work` throws, except `Stopped`.
  func recordingEnd(
    of record: inout TrialRecord, _ work: (inout TrialRecord) throws -> Void
  ) throws -> Outcome {
    do {
      try work(&record)
      try record.write(.finished, measured: experiment.measuringHash)
      return .finished
    } catch is Stopped {
      try record.write(.interrupted, reason: "stopped by the user")
      return .interrupted(step: record.step)
    } catch {
      try? record.write(.failed, reason: "\(error)")
      throw error
    }
  }

  /// Goes back to the model that was best by `train.until`, which is the one that is measured.
  private func restoreBest(
    of rule: BestModel?, _ session: TrainingSession, _ report: (Event) -> Void
  ) throws {
    guard let rule, let best = rule.best else { return }
    let steps = session.step
    try session.restore(from: folder.best)
    report(
      .note(
        "the model of step \(best.step) of \(steps) is measured: its \(rule.criterion.key) of held-out examples "
          + "is the best, \(best.value)"))
  }

  /// Switches off units of the generator where `sampling.deactivate` says so, and writes its checkpoint and last sheet
  /// anew.
  private func deactivate(
    _ measuring: Measuring, _ session: TrainingSession, _ record: TrialRecord, _ lock: FolderLock,
    _ report: (Event) -> Void
  ) throws {
    guard let done = try measuring.deactivate() else { return }
    report(.note(done))
    try lock.confirm()
    try session.save(to: folder.measuredModel, data: record.data)
    try writeSheet(Sampler(Inference(session)), at: record.step)
  }

  /// Does the remaining steps.
  ///
  /// - Throws: `Stopped` after writing a checkpoint.
  private func train(
    _ session: TrainingSession, _ measuring: Measuring, _ record: inout TrialRecord,
    _ log: borrowing TrialLog, _ lock: FolderLock, _ shouldStop: () -> Bool,
    _ report: (Event) -> Void
  ) throws {
    let steps = experiment.train.steps
    var saved = session.step
    let sampler = Sampler(Inference(session))
    while session.step < steps, record.rule?.isOver != true {
      try session.advance()
      let step = session.step
      record.step = step
      report(.step(Progress(session, steps: steps)))
      if TrialLog.hasLine(step, of: experiment) {
        let values = isDue(experiment.metrics.every, step) ? try measuring.quickValues() : []
        let watched = try watch(measuring, session, &record, lock)
        try log.append(
          step: step, losses: session.losses(), rates: session.rates(), metrics: values + watched)
      }
      let isLast = step == steps || record.rule?.isOver == true
      if session.model.isGenerative, isDue(experiment.train.sampleEvery, step) || isLast {
        try writeSheet(sampler, at: step)
        try log.addSheet(step: step)
      }
      if isDue(experiment.train.checkpointEvery, step) || isLast {
        try save(session, record, log, lock)
        saved = step
        try record.write(.running)
      }
      if experiment.metrics.checkpoints.contains(step) {
        try keep(session, record, lock)
      }
      if !isLast, shouldStop() {
        if saved < step { try save(session, record, log, lock) }
        throw Stopped()
      }
    }
  }

  /// Measures what `train.until` watches, where that is due, and keeps the model if it is the best.
  ///
  /// - Returns: The measurement as it is logged; empty where there is none.
  private func watch(
    _ measuring: Measuring, _ session: TrainingSession, _ record: inout TrialRecord,
    _ lock: FolderLock
  ) throws -> [(name: String, value: Double)] {
    guard isDue(experiment.metrics.every, record.step), var rule = record.rule else { return [] }
    let value = try measuring.value(of: rule.criterion)
    if rule.note(value, at: record.step) {
      try lock.confirm()
      try session.save(to: folder.best, data: record.data)
    }
    record.rule = rule
    return [(rule.logName, value)]
  }

  /// Removes the files from the end of a shorter training that is continued.
  private func removeEnd(of status: TrialStatus?) throws {
    try folder.removeMeasurements()
    guard let end = status?.steps, end < experiment.train.steps,
      !isDue(experiment.train.sampleEvery, end)
    else { return }
    try folder.removeSheet(step: end)
  }

  private func save(
    _ session: TrainingSession, _ record: TrialRecord, _ log: borrowing TrialLog,
    _ lock: FolderLock
  ) throws {
    try lock.confirm()
    try log.synchronize()
    try session.save(to: folder.checkpoint, data: record.data)
  }

  /// Keeps the model of a step that is to be measured afterwards.
  private func keep(
    _ session: TrainingSession, _ record: TrialRecord, _ lock: FolderLock
  ) throws {
    let kept = folder.kept(step: session.step)
    try lock.confirm()
    try kept.create()
    try session.save(to: kept.checkpoint, data: record.data)
  }

  private func isDue(_ interval: Int, _ step: Int) -> Bool { interval > 0 && step % interval == 0 }

  private func writeSheet(_ sampler: Sampler, at step: Int) throws {
    let sheet = try sampler.sheet(Self.sheetCount)
    try SampleFiles(experiment).writeSheet(sheet.examples, columns: sheet.columns) {
      folder.samples(step: step, fileExtension: $0)
    }
  }
}
