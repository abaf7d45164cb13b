internal import Experiments
internal import Complaints
internal import Datasets
internal import Foundation
internal import Records
internal import Sweeps
internal import Evaluation
internal import Training
internal import Trials

/// An estimate of the time and memory that a plan's trials take, measured on a few of its arms.
struct SweepEstimate {
  /// The largest number of arms that are measured. They are spread evenly over the plan.
  private static let measuredArms = 6
  /// Bytes that a process needs beside its model and data, for the program and the metrics at the end.
  private static let processBytes = 150e6

  /// Number of arms that were measured.
  let measured: Int
  /// Bytes that a trial of the largest measured arm needs.
  let memoryBytes: Double
  /// Mean seconds of training for a trial; nil when only memory was asked for, and where another program trains.
  let seconds: Double?

  /// Builds a training session for each measured arm.
  ///
  /// - Parameters:
  ///   - isTimed: True to run some steps of each arm and time them.
  init(
    _ experiment: Experiment, arms: [SweepRecord.Arm], threads: Int, isTimed: Bool, _ sets: ArmData
  ) throws {
    let count = min(arms.count, Self.measuredArms)
    let arms = (0..<count).map { arms[$0 * arms.count / count] }
    var bytes = 0.0
    var seconds = 0.0
    for arm in arms {
      let trial = try experiment.trial(of: arm, seed: experiment.seed)
      let data = try sets.data(of: trial)
      if trial.trainer != nil {
        try trial.checkMeasuring(of: data)
        bytes = max(bytes, 4 * data.bytes)
        continue
      }
      try arm.named {
        let session = try TrainingSession(trial, data, threads: threads)
        try trial.checkMeasuring(of: data)
        if isTimed { seconds += try Plan(session, data).seconds }
        bytes = max(bytes, Double(session.memoryBytes) + 4 * data.bytes)
      }
    }
    measured = count
    memoryBytes = bytes + Self.processBytes
    self.seconds = isTimed && experiment.trainer == nil ? seconds / Double(count) : nil
  }
}

extension Dataset {
  /// Bytes of one copy of all examples, in single precision.
  fileprivate var bytes: Double {
    4 * Double((trained.count + holdout.count) * training.size)
  }
}
