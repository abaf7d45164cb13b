public import Experiments

/// What a trial must have done to be finished.
public struct TrialGoal: Codable, Sendable, Equatable {
  /// Steps of training.
  public var steps: Int
  /// What is measured at its end; see `Experiment.measuringHash`.
  public var measured: String

  /// Describes a goal; see the properties.
  public init(steps: Int, measured: String) {
    (self.steps, self.measured) = (steps, measured)
  }
}

extension Experiment {
  /// What a trial of this experiment must have done to be finished.
  public var goal: TrialGoal { TrialGoal(steps: train.steps, measured: measuringHash) }
}
