internal import Complaints
internal import Files
internal import Foundation
public import Records

/// A plan with its results folder: the trials, and the state of each.
public struct SweepRun: Sendable {
  /// The plan.
  public let plan: SweepRecord
  /// The folder of its results.
  public let results: ResultsFolder
  /// The goal of a trial, by the name of its arm.
  private let goals: [String: TrialGoal]

  /// Pairs a plan with its folder.
  public init(_ plan: SweepRecord, in results: ResultsFolder) {
    self.plan = plan
    self.results = results
    goals = plan.goals
  }

  /// Reads the plan of a results folder, or infers it where `lethe train` has filled the folder.
  ///
  /// - Throws: `InputError` for a folder without results, or with a plan of another version.
  public init(reading results: ResultsFolder) throws {
    self.init(try SweepRecord(of: results), in: results)
  }

  /// Makes the folder, and writes the plan and the experiment file into it.
  ///
  /// - Parameter given: The experiment file as the user wrote it.
  /// - Throws: `InputError` for a folder of another version; `FileError` for one that cannot be written.
  public func prepare(given: [UInt8]) throws {
    _ = try SweepRecord.read(from: results.sweep)
    try results.create()
    try AtomicFile.write(Data(given), to: results.experiment)
    try plan.write(to: results.sweep)
  }

  /// The folder of a trial.
  public func folder(_ trial: SweepRecord.Trial) -> TrialFolder { results.trial(trial.folder) }

  /// Reads the files of a trial that tell its state.
  public func read(_ trial: SweepRecord.Trial) -> TrialReading {
    folder(trial).read(goal: goals[trial.arm])
  }

  /// The state of a trial, read from its files.
  public func state(_ trial: SweepRecord.Trial) -> TrialState { read(trial).state }

  /// The trials that are still to be run.
  ///
  /// - Parameters:
  ///   - only: A glob of arms; all by default.
  ///   - retryingFailed: True to include trials that failed.
  /// - Throws: `InputError` when the glob matches no arm.
  public func due(only: String? = nil, retryingFailed: Bool = false) throws -> [SweepRecord.Trial] {
    try selected(only).filter { trial in
      switch state(trial) {
      case .finished: false
      case .failed: retryingFailed
      case .waiting, .interrupted, .running: true
      }
    }
  }

  /// The trials of the arms that a glob matches, and of their candidates.
  ///
  /// - Throws: `InputError` when the glob matches no arm.
  public func selected(_ only: String?) throws -> [SweepRecord.Trial] {
    let names = Set(try arms(only).map(\.name))
    let candidates = (plan.tuning?.candidates ?? []).filter { names.contains($0.of) }
    let trained = names.union(candidates.map(\.arm.name))
    return plan.trials.filter { trained.contains($0.arm) }
  }

  /// The arms that a glob matches; all without one.
  ///
  /// - Throws: `InputError` when the glob matches no arm.
  public func arms(_ only: String?) throws -> [SweepRecord.Arm] {
    guard let only else { return plan.arms }
    let names = Set(plan.arms.map(\.name).filter { fnmatch(only, $0, 0) == 0 })
    guard !names.isEmpty else {
      throw InputError(
        SourcePlace(file: "--only"),
        expected: "a glob of arms (\(Self.listed(plan.arms.map(\.name))))", found: only,
        suggestion: nearestName(to: only, among: plan.arms.map(\.name)))
    }
    return plan.arms.filter { names.contains($0.name) }
  }

  /// Counts the trials of each state.
  public func counts() -> [TrialState: Int] {
    TrialState.counts(of: plan.trials.lazy.map(state))
  }

  private static func listed(_ names: [String]) -> String {
    names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
  }
}
