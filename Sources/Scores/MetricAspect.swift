/// What a metric is asked for, in the order of reports.
public enum MetricAspect: String, Sendable, CaseIterable, Codable {
  case diversity
  case memorization
  /// Of classifiers: how well they tell classes apart.
  case performance
  /// The same for examples that were changed.
  case robustness
  /// Likeness to the data, diversity included.
  case fidelity
  /// Whether they know how sure they may be.
  case uncertainty
  /// What goes on inside the networks.
  case mechanism
}

/// A direction of a metric's values.
public enum MetricDirection: String, Sendable, Codable {
  case lower, higher
}
