internal import Complaints
public import Datasets
internal import Evaluation
internal import Experiments
internal import Files
internal import Foundation
internal import Metrics
public import Records
internal import Training

extension Trial {
  /// Measures the models of `metrics.checkpoints` as the trained one is, into a folder each; see `TrialFolder.kept`.
  /// Those that are measured already are left as they are.
  ///
  /// - Parameters:
  ///   - shouldStop: Called repeatedly; true ends the work, which goes on from there the next time.
  ///   - report: Called with each step and the progress of measuring it.
  /// - Returns: The number of models that were measured now.
  /// - Throws: `InputError` when a checkpoint is gone or of something else, or the data have changed; `DataError`,
  ///   `FileError`, `Stopped`.
  public func measureCheckpoints(
    _ data: Dataset, shouldStop: @escaping () -> Bool,
    report: @escaping (_ step: Int, MeasuringProgress) -> Void
  ) throws -> Int {
    let lock = try FolderLock(folder.url)
    defer { withExtendedLifetime(lock) {} }
    let status = read().status
    let hashes = try experiment.hashes(of: data)
    try Trial.check(status?.data, against: hashes, of: folder.status)
    let done = status?.step ?? 0
    let steps = experiment.metrics.checkpoints.filter {
      !(status?.endedEarly == true && $0 > done)
    }
    for step in steps { try checkKept(step, done: done) }
    let due = steps.filter { folder.kept(step: $0).read(goal: goal($0)).state != .finished }
    guard !due.isEmpty else { return 0 }
    let threads = chosenThreads(after: status)
    let choice = try choice(after: status)
    let session = try TrainingSession(experiment, data, threads: threads, on: choice)
    let (validating, measuring) = try measurings(of: session, data)
    (validating.shouldStop, measuring.shouldStop) = (shouldStop, shouldStop)
    let madeBy = Provenance.current(threads: threads, on: choice, commit: commit)
    for step in due {
      let (kept, started) = (folder.kept(step: step), Date())
      try kept.create()
      try session.restore(from: kept.checkpoint)
      if try measuring.deactivate() != nil { try session.save(to: kept.checkpoint, data: hashes) }
      try measuring.write(
        to: kept, validation: experiment.data.test == nil ? nil : validating, madeBy: madeBy
      ) { report(step, $0) }
      try TrialStatus(
        state: .finished, step: step, steps: step, started: started, updated: Date(),
        finished: Date(), seconds: Date().timeIntervalSince(started), madeBy: madeBy,
        data: hashes, measured: experiment.measuringHash
      ).write(to: kept.status)
    }
    return due.count
  }

  private func goal(_ step: Int) -> TrialGoal {
    TrialGoal(steps: step, measured: experiment.measuringHash)
  }

  /// Makes sure that the checkpoint of a step is there.
  private func checkKept(_ step: Int, done: Int) throws {
    let file = folder.kept(step: step).checkpoint
    guard !FileManager.default.fileExists(atPath: file.path) else { return }
    throw InputError(
      SourcePlace(file: file.path), key: "metrics.checkpoints",
      expected: "the checkpoint that training kept after \(step) steps",
      found: done < step
        ? "a training of \(done) steps (lethe run goes on with it)"
        : "none, it is gone (--fresh of lethe run trains anew)")
  }
}
