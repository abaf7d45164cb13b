public import Experiments

/// The goal of a trial: the work that it must have done to be finished.
public struct TrialGoal: Codable, Sendable, Equatable {
  /// Number of training steps.
  public var steps: Int
  /// Hash of the measurements at its end; see `Experiment.measuringHash`.
  public var measured: String

  /// Describes a goal; see the properties.
  public init(steps: Int, measured: String) {
    (self.steps, self.measured) = (steps, measured)
  }
}

extension TrialStatus {
  /// True where training and measuring are what a goal asks for. A training that `train.until` has ended needs no more
  /// steps, however many it might do.
  func reaches(_ goal: TrialGoal) -> Bool {
    let isTrained = step == goal.steps || endedEarly == true && step < goal.steps
    return isTrained && measured == goal.measured
  }
}

extension Experiment {
  /// The goal of this experiment's trials.
  public var goal: TrialGoal { TrialGoal(steps: train.steps, measured: measuringHash) }
}
