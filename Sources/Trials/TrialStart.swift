internal import Evaluation
internal import Training
internal import Experiments
internal import Complaints
internal import Foundation
internal import Records

/// The starting point of a run: what earlier runs have left in the trial's folder, compared with the
/// present data, program and machine.
struct TrialStart {
  /// The status that earlier runs have written; nil when there is none or it cannot be read.
  private(set) var status: TrialStatus?
  /// The first steps, where another program or machine made them.
  private(set) var stretches: [TrialStatus.Stretch] = []
  /// The rule of `train.until` as of the steps done; nil where there is none.
  private(set) var rule: BestModel?
  /// Notes for the user.
  private(set) var notes: [String] = []

  /// Restores a session from the trial's checkpoint. Broken files are set aside.
  ///
  /// - Parameters:
  ///   - session: A session that has done no steps.
  ///   - data: The hash of each set of the data.
  ///   - criterion: What `train.until` watches; nil without that rule.
  ///   - isStrict: True to refuse to go on with another program or machine than made the first steps.
  /// - Throws: `InputError` when the folder holds another training, more steps or other data, or by
  ///   `isStrict`; the checkpoint is then left as it is. `FileError`.
  init(
    _ folder: TrialFolder, _ session: TrainingSession, data: [String: String],
    criterion: Criterion?, madeBy: Provenance, isStrict: Bool
  ) throws {
    try readStatus(of: folder, data: data)
    if FileManager.default.fileExists(atPath: folder.checkpoint.path) {
      try restore(session, from: folder, data: data, criterion)
    } else if let step = status?.step, step > 0 {
      notes.append("\(folder.checkpoint.path): there is no checkpoint; the trial starts over")
    }
    rule = try BestModel(session.experiment, criterion, log: folder.log, upTo: session.step)
    try compare(madeBy, folder, step: session.step, isStrict: isStrict)
  }

  /// Compares what another program's training has left with the present data, program and machine.
  ///
  /// - Parameters:
  ///   - data: The hash of each set of the data.
  ///   - isStrict: True to refuse to go on with another program or machine than the model was trained by.
  /// - Throws: `InputError` when the folder holds other data, or by `isStrict`; `FileError`.
  init(
    _ folder: TrialFolder, data: [String: String], madeBy: Provenance, isStrict: Bool
  ) throws {
    try readStatus(of: folder, data: data)
    try compare(madeBy, folder, step: status?.step ?? 0, isStrict: isStrict)
  }

  /// Reads what earlier runs have written; a broken file is set aside.
  private mutating func readStatus(of folder: TrialFolder, data: [String: String]) throws {
    do {
      status = try TrialStatus.read(from: folder.status)
      try Trial.check(status?.dataOfSteps, against: data, of: folder.status)
    } catch let error as InputError where status == nil {
      try setAside(folder.status, in: folder, because: error)
    }
  }

  private mutating func restore(
    _ session: TrainingSession, from folder: TrialFolder, data: [String: String],
    _ criterion: Criterion?
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
      try BestModel(session.experiment, criterion, log: folder.log, upTo: checkpoint.step)?
        .check(folder.best)
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

  /// Compares the program and machine with those of the first steps; a difference is noted, or refused.
  private mutating func compare(
    _ madeBy: Provenance, _ folder: TrialFolder, step: Int, isStrict: Bool
  ) throws {
    guard step > 0, let status else { return }
    stretches = (status.earlier ?? []).filter { $0.lastStep <= step }
    var last = status.madeBy
    // The last run may have been stopped before a checkpoint held any of its steps; the one before it
    // counts then.
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
