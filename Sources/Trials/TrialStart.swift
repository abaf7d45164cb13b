internal import Evaluation
internal import Training
internal import Experiments
internal import Complaints
internal import Foundation
internal import Records

/// Where a trial goes on: what earlier runs have left in its folder, held against what it is now.
struct TrialStart {
  /// What earlier runs say of it; nil when it was never started, or what they said is lost.
  private(set) var status: TrialStatus?
  /// Its first steps, where something else made them.
  private(set) var stretches: [TrialStatus.Stretch] = []
  /// What a user is to be told.
  private(set) var notes: [String] = []

  /// Brings a session to where the trial was left. What is broken is set aside.
  ///
  /// - Parameters:
  ///   - session: One that has done no steps.
  ///   - data: The hash of each set of the data.
  ///   - isStrict: Whether to refuse to go on with something else than made the first steps.
  /// - Throws: `InputError` when the folder holds another training, or one of other data; then nothing is
  ///   changed. `FileError`.
  init(
    _ folder: TrialFolder, _ session: TrainingSession, data: [String: String],
    madeBy: Provenance, isStrict: Bool
  ) throws {
    do {
      status = try TrialStatus.read(from: folder.status)
      try Trial.check(status?.data, against: data, of: folder.status)
    } catch let error as InputError where status == nil {
      try setAside(folder.status, in: folder, because: error)
    }
    if FileManager.default.fileExists(atPath: folder.checkpoint.path) {
      try restore(session, from: folder, data: data)
    } else if let step = status?.step, step > 0 {
      notes.append("\(folder.checkpoint.path): there is no checkpoint; the trial starts over")
    }
    try compare(madeBy, folder, step: session.step, isStrict: isStrict)
  }

  private mutating func restore(
    _ session: TrainingSession, from folder: TrialFolder, data: [String: String]
  ) throws {
    let file = folder.checkpoint
    let checkpoint: Checkpoint
    do {
      checkpoint = try Checkpoint(file)
    } catch let error as InputError {
      return try setAside(file, in: folder, because: error)
    }
    try session.checkIdentity(of: checkpoint)
    try Trial.check(checkpoint.data, against: data, of: file)
    let steps = session.experiment.train.steps
    guard checkpoint.step <= steps else {
      throw Trial.tooFewSteps(
        session.experiment, steps, done: checkpoint.step, by: folder.name)
    }
    do {
      if checkpoint.step < steps {
        try TrialLog.checkLines(of: session.experiment, in: folder, upTo: checkpoint.step)
      }
      try session.restore(checkpoint)
    } catch let error as InputError {
      try setAside(file, in: folder, because: error)
    }
  }

  private mutating func setAside(
    _ file: URL, in folder: TrialFolder, because error: InputError
  ) throws {
    let name = try folder.setAside(file)
    let consequence = file == folder.checkpoint ? "; the trial starts over" : ""
    notes.append("\(error); \(file.lastPathComponent) is kept as \(name)\(consequence)")
  }

  /// Finds out whether the trial goes on with what made its first steps.
  private mutating func compare(
    _ madeBy: Provenance, _ folder: TrialFolder, step: Int, isStrict: Bool
  ) throws {
    guard step > 0, let status else { return }
    stretches = (status.earlier ?? []).filter { $0.lastStep <= step }
    var last = status.madeBy
    // What was at work last may have been stopped before it had done a step that lasts.
    if let stretch = stretches.last, stretch.lastStep == step {
      last = Provenance(versions: stretch.versions, machine: stretch.machine)
      stretches.removeLast()
    }
    let differences = Provenance.differences(among: [last, madeBy])
    guard !differences.isEmpty else { return }
    let text = differences.joined(separator: "; ")
    guard !isStrict else {
      throw InputError(
        SourcePlace(file: folder.status.path),
        expected: "what made the first \(step) steps (--strict)", found: text)
    }
    stretches.append(.init(lastStep: step, madeBy: last))
    notes.append("\(folder.name) goes on from step \(step) under other circumstances: \(text)")
  }
}
